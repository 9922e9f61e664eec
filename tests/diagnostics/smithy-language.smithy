$version: "2"
namespace a

service Service {}
