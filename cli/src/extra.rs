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
        name: "cat",
        summary: "Write objects to standard output.",
        docs: "zonal cat s3://BUCKET/KEY…",
    },
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
        name: "cp",
        summary: "Copy files to a bucket, from a bucket, or between buckets.",
        docs: "zonal cp FILE s3://BUCKET/KEY\n\
               zonal cp s3://BUCKET/KEY FILE\n\
               zonal cp s3://BUCKET/KEY s3://BUCKET/KEY\n\
               zonal cp - s3://BUCKET/KEY\n\
               zonal cp s3://BUCKET/KEY -\n\n  \
               --recursive           all that is below the source\n  \
               --exclude PATTERN     leave out what matches; * takes slashes too\n  \
               --include PATTERN     take in what matches; the last that matches counts\n  \
               --dryrun              say what would be done, and do nothing\n  \
               --only-show-errors    say only what fails\n  \
               --quiet               say nothing\n  \
               --no-progress         do not show how far it is\n  \
               --resume              keep what has arrived of files above 16 MiB, and go on there the next time\n  \
               --json                a line of JSON for each event, on standard output\n  \
               --no-follow-symlinks  leave out symbolic links\n  \
               --content-type TYPE   the media type, instead of one by the extension\n  \
               --no-guess-mime-type  no media type\n\n\
               The exit code is 0 if all is done, 1 if something failed, 2 if files were left out with a warning. \
               Keys that do not fit below the target directory (.., a slash at the beginning, a link that leads \
               elsewhere) are not written, and fail.\n\n\
               A command that is interrupted removes what is half done, and one that is killed leaves uploads, which \
               rm --uploads removes. With --resume both leave them, and the same command goes on with the parts that \
               are missing. What it needs for that stands in $XDG_STATE_HOME/zonal, or ~/.local/state/zonal, until the \
               file is there.",
    },
    Extra {
        name: "du",
        summary: "Say how many bytes lie below a prefix.",
        docs: "zonal du s3://BUCKET/PREFIX…\n\n  \
               --max-depth N         also for the directories below it, N levels deep\n  \
               --human-readable      sizes with units\n  \
               --json                with the number of objects",
    },
    Extra {
        name: "help",
        summary: "Show the commands and the options that all of them take, or the help of one command.",
        docs: "zonal help\nzonal help COMMAND\nzonal COMMAND help",
    },
    Extra {
        name: "ls",
        summary: "List buckets, or the objects and directories below a prefix.",
        docs: "zonal ls\n\
               zonal ls s3://BUCKET/PREFIX\n\n  \
               --recursive           all objects below the prefix\n  \
               --human-readable      sizes with units\n  \
               --summarize           how many objects and bytes these are\n  \
               --json                a line of JSON for each\n\n\
               Times are in UTC. Directory buckets list in no order. The exit code is 1 if nothing has the prefix.",
    },
    Extra {
        name: "man",
        summary: "Print a manual page: `zonal man create-session`.",
        docs: "zonal man\nzonal man COMMAND\n\nTo read it: zonal man create-session | man -l -",
    },
    Extra {
        name: "mv",
        summary: "Move files to a bucket, from a bucket, or between buckets.",
        docs: "zonal mv FILE s3://BUCKET/KEY\n\
               zonal mv s3://BUCKET/KEY FILE\n\
               zonal mv s3://BUCKET/KEY s3://BUCKET/KEY\n\n\
               Within a bucket objects are renamed, and no data moves. Otherwise a source is deleted when its \
               target is whole. It takes the options of cp.",
    },
    Extra {
        name: "presign",
        summary: "Print a URL by which anybody can read an object for a time.",
        docs: "zonal presign s3://BUCKET/KEY\n\n  --expires-in SECONDS  3600 unless given, 604800 at most",
    },
    Extra {
        name: "rm",
        summary: "Delete objects.",
        docs: "zonal rm s3://BUCKET/KEY\n\
               zonal rm --recursive s3://BUCKET/PREFIX\n\
               zonal rm --uploads s3://BUCKET/PREFIX\n\n  \
               --recursive           all that is below the prefix\n  \
               --uploads             abort uploads in parts that were not ended, no objects\n  \
               --older-than SECONDS  with --uploads: those that began so long ago\n  \
               --exclude PATTERN     leave out what matches; * takes slashes too\n  \
               --include PATTERN     take in what matches; the last that matches counts\n  \
               --dryrun              say what would be done, and do nothing\n  \
               --only-show-errors    say only what fails\n  \
               --quiet               say nothing\n  \
               --json                a line of JSON for each event, on standard output\n\n\
               --uploads removes what a killed process has left; those that other processes have under way, too.",
    },
    Extra {
        name: "s3",
        summary: "Stands before ls, cp, mv, rm, sync, du, cat and presign and changes nothing: as with the AWS CLI.",
        docs: "zonal s3 COMMAND",
    },
    Extra {
        name: "s3api",
        summary: "Stands before a command and changes nothing: as with the AWS CLI.",
        docs: "zonal s3api COMMAND",
    },
    Extra {
        name: "sync",
        summary: "Make a bucket like a directory, a directory like a bucket, or a bucket like another one.",
        docs: "zonal sync DIRECTORY s3://BUCKET/PREFIX\n\
               zonal sync s3://BUCKET/PREFIX DIRECTORY\n\
               zonal sync s3://BUCKET/PREFIX s3://BUCKET/PREFIX\n\n\
               What is missing is sent, and what differs in size or is older than its source. From a bucket, a file \
               of the same size is fetched only if it was changed later than the object.\n\n  \
               --delete              delete what the source does not have\n  \
               --size-only           compare sizes alone\n  \
               --exact-timestamps    from a bucket: fetch unless the times are the same\n  \
               --exclude PATTERN     leave out what matches; * takes slashes too\n  \
               --include PATTERN     take in what matches; the last that matches counts\n  \
               --dryrun              say what would be done, and do nothing\n  \
               --only-show-errors    say only what fails\n  \
               --quiet               say nothing\n  \
               --no-progress         do not show how far it is\n  \
               --resume              keep what has arrived of files above 16 MiB, and go on there the next time\n  \
               --json                a line of JSON for each event, on standard output\n  \
               --no-follow-symlinks  leave out symbolic links\n  \
               --content-type TYPE   the media type, instead of one by the extension\n  \
               --no-guess-mime-type  no media type\n\n\
               Names at the target beyond some 64 MiB wait in a file in $TMPDIR, and the sources with them; nothing is \
               sent then before all is listed. Times count in whole seconds.\n\
               The exit code is 0 if all is done, 1 if something failed, 2 if files were left out with a warning. \
               Keys that do not fit below the target directory (.., a slash at the beginning, a link that leads \
               elsewhere) are not written, and fail.",
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
