//! Commands besides the operations, and what their help says.

/// A command that is no operation.
pub(crate) struct Extra {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// How it is typed, a form in each line, and what is to be known about it.
    pub(crate) docs: &'static str,
}

/// All of them, sorted by name.
pub(crate) const EXTRA: &[Extra] = &[
    Extra {
        name: "completions",
        summary: "Print the completions for bash, zsh, fish or PowerShell.",
        docs: "zonal completions bash|zsh|fish|powershell\n\nIt completes commands, options and the values of those \
               that have few, the names of profiles and regions, and the names of files. To have it in every shell:\n\n  \
               bash        eval \"$(zonal completions bash)\" in ~/.bashrc\n  \
               zsh         eval \"$(zonal completions zsh)\" in ~/.zshrc, behind compinit\n  \
               fish        zonal completions fish >~/.config/fish/completions/zonal.fish\n  \
               PowerShell  zonal completions powershell | Out-String | Invoke-Expression in $PROFILE",
    },
    Extra {
        name: "help",
        summary: "Show the commands and the options that all of them take, or the help of one command.",
        docs: "zonal help\nzonal help COMMAND\nzonal COMMAND help",
    },
    Extra {
        name: "man",
        summary: "Print a manual page: `zonal man create-session`.",
        docs: "zonal man\nzonal man COMMAND\n\nTo read it: zonal man create-session | man -l -",
    },
    Extra {
        name: "s3api",
        summary: "Stands before a command and changes nothing: as with the AWS CLI.",
        docs: "zonal s3api COMMAND",
    },
    Extra {
        name: "wait",
        summary: "Wait until a bucket or an object is there, or is gone.",
        docs: "zonal wait bucket-exists|bucket-not-exists --bucket NAME\n\
               zonal wait object-exists|object-not-exists --bucket NAME --key KEY\n\n\
               It asks with head-bucket or head-object, whose options it takes, every 5 seconds and 20 times at most. \
               The exit code is 0 once it is so, and 255 where it was not so in that time or an error says that \
               it will not be.",
    },
];

/// One of them.
pub(crate) fn find(name: &str) -> Option<&'static Extra> {
    EXTRA.iter().find(|extra| extra.name == name)
}
