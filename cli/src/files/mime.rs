//! The media type of a file, by its extension: what Python knows by itself, and what is common besides.

use std::path::Path;

/// Media types, each with its extensions.
const TYPES: &[(&str, &str)] = &[
    ("application/ODA", "oda"),
    ("application/atom+xml", "atom"),
    ("application/epub+zip", "epub"),
    ("application/geo+json", "geojson"),
    ("application/gzip", "gz"),
    ("application/java-archive", "jar"),
    ("application/json", "json"),
    ("application/ld+json", "jsonld"),
    ("application/manifest+json", "webmanifest"),
    ("application/msword", "doc wiz"),
    ("application/n-quads", "nq"),
    ("application/n-triples", "nt"),
    ("application/octet-stream", "bin so"),
    ("application/pdf", "pdf"),
    ("application/pkcs12", "p12 pfx"),
    ("application/pkcs7-mime", "p7c"),
    ("application/postscript", "ai eps ps"),
    ("application/rdf+xml", "rdf"),
    ("application/rtf", "rtf"),
    ("application/sql", "sql"),
    ("application/trig", "trig"),
    ("application/vnd.adobe.flash.movie", "swf"),
    ("application/vnd.android.package-archive", "apk"),
    ("application/vnd.apple.mpegurl", "m3u8"),
    ("application/vnd.debian.binary-package", "deb"),
    ("application/vnd.mif", "mif"),
    ("application/vnd.ms-excel", "xlb xls"),
    ("application/vnd.ms-powerpoint", "ppa pps ppt pwz"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.rar", "rar"),
    ("application/wasm", "wasm"),
    ("application/wsdl+xml", "wsdl"),
    ("application/x-7z-compressed", "7z"),
    ("application/x-apple-diskimage", "dmg"),
    ("application/x-bcpio", "bcpio"),
    ("application/x-bzip", "bz2"),
    ("application/x-cdf", "cdf"),
    ("application/x-cpio", "cpio"),
    ("application/x-dvi", "dvi"),
    ("application/x-gtar", "gtar"),
    ("application/x-hdf", "hdf"),
    ("application/x-hdf5", "h5"),
    ("application/x-iso9660-image", "iso"),
    ("application/x-latex", "latex"),
    ("application/x-msdos-program", "bat dll exe"),
    ("application/x-netcdf", "nc"),
    ("application/x-object", "o"),
    ("application/x-python-code", "pyc pyo"),
    ("application/x-sh", "sh"),
    ("application/x-shar", "shar"),
    ("application/x-sv4cpio", "sv4cpio"),
    ("application/x-sv4crc", "sv4crc"),
    ("application/x-tar", "tar"),
    ("application/x-texinfo", "texi texinfo"),
    ("application/x-troff-man", "man"),
    ("application/x-troff-me", "me"),
    ("application/x-troff-ms", "ms"),
    ("application/x-ustar", "ustar"),
    ("application/x-wais-source", "src"),
    ("application/x-xz", "xz"),
    ("application/xml", "xpdl"),
    ("application/xslt+xml", "xsl"),
    ("application/zip", "zip"),
    ("audio/3gpp", "3gp 3gpp"),
    ("audio/3gpp2", "3g2 3gpp2"),
    ("audio/aac", "aac adts ass"),
    ("audio/basic", "au snd"),
    ("audio/flac", "flac"),
    ("audio/mp4", "m4a"),
    ("audio/mpeg", "mp2 mp3"),
    ("audio/mpegurl", "m3u"),
    ("audio/ogg", "oga ogg opus"),
    ("audio/usac", "loas"),
    ("audio/x-aiff", "aif aifc aiff"),
    ("audio/x-pn-realaudio", "ra ram"),
    ("audio/x-wav", "wav"),
    ("font/otf", "otf"),
    ("font/ttf", "ttf"),
    ("font/woff", "woff"),
    ("font/woff2", "woff2"),
    ("image/avif", "avif"),
    ("image/bmp", "bmp"),
    ("image/gif", "gif"),
    ("image/heic", "heic"),
    ("image/heif", "heif"),
    ("image/ief", "ief"),
    ("image/jp2", "jp2"),
    ("image/jpeg", "jpe jpeg jpg"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/tiff", "tif tiff"),
    ("image/vnd.microsoft.icon", "ico"),
    ("image/webp", "webp"),
    ("image/x-cmu-raster", "ras"),
    ("image/x-portable-anymap", "pnm"),
    ("image/x-portable-bitmap", "pbm"),
    ("image/x-portable-graymap", "pgm"),
    ("image/x-portable-pixmap", "ppm"),
    ("image/x-rgb", "rgb"),
    ("image/x-xbitmap", "xbm"),
    ("image/x-xpixmap", "xpm"),
    ("image/x-xwindowdump", "xwd"),
    ("message/rfc822", "eml mht mhtml nws"),
    ("model/obj", "obj"),
    ("text/SGML", "sgm sgml"),
    ("text/calendar", "ics"),
    ("text/css", "css"),
    ("text/csv", "csv"),
    ("text/html", "htm html"),
    ("text/javascript", "js mjs"),
    ("text/markdown", "markdown md"),
    ("text/n3", "n3"),
    ("text/plain", "ksh pot srt txt"),
    ("text/richtext", "rtx"),
    ("text/tab-separated-values", "tsv"),
    ("text/troff", "roff t tr"),
    ("text/vcard", "vcf"),
    ("text/vnd.a", "a"),
    ("text/vnd.graphviz", "dot"),
    ("text/vtt", "vtt"),
    ("text/x-chdr", "h"),
    ("text/x-csh", "csh"),
    ("text/x-csrc", "c"),
    ("text/x-perl", "pl"),
    ("text/x-python", "py"),
    ("text/x-setext", "etx"),
    ("text/x-tcl", "tcl"),
    ("text/x-tex", "tex"),
    ("text/xml", "xml"),
    ("video/mp4", "mp4"),
    ("video/mpeg", "m1v mpa mpe mpeg mpg"),
    ("video/ogg", "ogv"),
    ("video/quicktime", "mov qt"),
    ("video/webm", "webm"),
    ("video/x-matroska", "mkv"),
    ("video/x-msvideo", "avi"),
    ("video/x-sgi-movie", "movie"),
];

/// Extensions of what is packed: the one before tells the type.
const PACKED: &[&str] = &["br", "bz2", "gz", "xz", "z"];

/// Extensions that stand for a packed archive.
const ARCHIVES: &[&str] = &["taz", "tbz2", "tgz", "txz", "tz"];

/// The type, if the extension is a well-known one.
pub(super) fn guess(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    let inner = PACKED
        .contains(&&*extension)
        .then(|| Path::new(path.file_stem()?).extension());
    let inner = inner.flatten().and_then(|inner| inner.to_str());
    match (inner, &*extension) {
        (Some(inner), _) => of(&inner.to_ascii_lowercase()),
        (None, "svgz") => of("svg"),
        (None, archive) if ARCHIVES.contains(&archive) => of("tar"),
        (None, extension) => of(extension),
    }
}

fn of(extension: &str) -> Option<&'static str> {
    let is_it = |extensions: &str| extensions.split(' ').any(|it| it == extension);
    let found = TYPES.iter().find(|(_, extensions)| is_it(extensions));
    found.map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_types() {
        for (name, kind) in [
            ("a.html", Some("text/html")),
            ("d.d/A.JPEG", Some("image/jpeg")),
            ("a.tar.gz", Some("application/x-tar")),
            ("a.TGZ", Some("application/x-tar")),
            ("a.css.br", Some("text/css")),
            ("a.gz", Some("application/gzip")),
            ("a.svgz", Some("image/svg+xml")),
            ("a.unknown.gz", None),
            (".html", None),
            ("html", None),
            ("a.", None),
        ] {
            assert_eq!(guess(Path::new(name)), kind, "{name}");
        }
    }
}
