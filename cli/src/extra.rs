//! Commands besides the operations, and what their help says.

/// A command that is no operation.
pub(crate) struct Extra {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// How it is typed, a form in each line, and what is to be known about it.
    pub(crate) docs: &'static str,
}

/// What `cp` and `sync` share: options, and what their exit codes mean.
macro_rules! of_copies {
    (options) => {
        "--exclude PATTERN     skip what matches; * matches slashes too\n  \
               --include PATTERN     do not skip what matches; the last match applies\n  \
               --dryrun              print what would be done, and do nothing\n  \
               --only-show-errors    print errors only\n  \
               --quiet               print nothing\n  \
               --no-progress         do not show progress\n  \
               --resume              keep the transferred parts of files above 16 MiB, and resume next time\n  \
               --json                print a line of JSON for each event on standard output\n  \
               --no-follow-symlinks  skip symbolic links\n  \
               --content-type TYPE   set the content type; the default depends on the extension\n  \
               --no-guess-mime-type  set no content type\n  \
               --metadata PAIRS      set metadata, such as author=mira,state=draft\n  \
               --metadata-directive  COPY or REPLACE\n\n\
               --cache-control, --content-disposition, --content-encoding, --content-language, --expires, --sse, \
               --sse-kms-key-id, --storage-class and --checksum-algorithm set the same as for put-object. Copies from a \
               bucket to a bucket keep the metadata of their source, unless --metadata or --metadata-directive REPLACE is \
               given: then they have what the options say, and nothing else.\n\n\
               Within a bucket, mv with options that change the object copies and deletes it.\n\n\
               --page-size, --source-region, --request-payer, --checksum-mode, --case-conflict, --copy-props, \
               --ignore-glacier-warnings, --force-glacier-transfer and --validate-same-s3-paths are accepted for scripts \
               written for the AWS CLI. Only --copy-props none has an effect: that of --metadata-directive REPLACE.\n\n"
    };
    (codes) => {
        "The exit code is 0 if everything succeeded, 1 if something failed, and 2 if files were skipped with a \
               warning. A key that would be written outside of the target directory (because of .., a slash at the \
               beginning, or a symbolic link) is an error."
    };
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
        docs: "zonal completions bash|zsh|fish|powershell\n\nThe script completes commands, options, values of options that have a \
               short list, profiles, Regions and file names. To load it in every shell:\n\n  \
               bash        eval \"$(zonal completions bash)\" in ~/.bashrc\n  \
               zsh         eval \"$(zonal completions zsh)\" in ~/.zshrc, after compinit\n  \
               fish        zonal completions fish >~/.config/fish/completions/zonal.fish\n  \
               PowerShell  zonal completions powershell | Out-String | Invoke-Expression in $PROFILE",
    },
    Extra {
        name: "cp",
        summary: "Copy files to a bucket, from a bucket, or between buckets.",
        docs: concat!(
            "zonal cp FILE s3://BUCKET/KEY\n\
               zonal cp s3://BUCKET/KEY FILE\n\
               zonal cp s3://BUCKET/KEY s3://BUCKET/KEY\n\
               zonal cp - s3://BUCKET/KEY\n\
               zonal cp s3://BUCKET/KEY -\n\n  \
               --recursive           copy everything below the source\n  \
               ",
            of_copies!(options),
            of_copies!(codes),
            "\n\n\
               If you interrupt a command, it removes incomplete files and uploads. If it is killed, it leaves \
               uploads, which rm --uploads removes. With --resume it keeps the transferred parts in both cases, and the \
               same command continues with the missing parts. Until the file is complete, the state is in $XDG_STATE_HOME/zonal or \
               ~/.local/state/zonal."
        ),
    },
    Extra {
        name: "du",
        summary: "Print the number of bytes below a prefix.",
        docs: "zonal du s3://BUCKET/PREFIX…\n\n  \
               --max-depth N         also print each directory below it, N levels deep\n  \
               --human-readable      print sizes with units\n  \
               --json                print JSON, with the number of objects",
    },
    Extra {
        name: "exec",
        summary: "Run a program that does not support sessions on directory buckets.",
        docs: "zonal exec -- PROGRAM [ARGUMENT…]\n\n\
               zonal starts an endpoint on 127.0.0.1 and runs the program. It verifies each request of the program, signs \
               it in a session, and sends it to S3. It opens sessions and replaces them before they end. The environment \
               of the program has these variables:\n\n  \
               AWS_ENDPOINT_URL       the URL of the endpoint\n  \
               AWS_ENDPOINT_URL_S3    the same\n  \
               S3_ENDPOINT_URL        the same\n  \
               AWS_ACCESS_KEY_ID      a key for this endpoint and this run\n  \
               AWS_SECRET_ACCESS_KEY  the secret of that key\n  \
               AWS_REGION             the Region; the same in AWS_DEFAULT_REGION\n  \
               NO_PROXY               its value, with 127.0.0.1 and localhost; the same in no_proxy\n\n\
               zonal removes the credentials of the account, profiles and roles from the environment. If a program does not \
               read these variables, give it the URL: zonal exec -- sh -c 'rclone --s3-endpoint \"$AWS_ENDPOINT_URL\" …'.\n\n\
               The endpoint streams bodies and logs nothing. It verifies signatures in headers, in queries and of chunks. It \
               does not repeat requests that S3 fails: the program does. It answers CreateSession itself, with keys of this \
               run. It does not send Content-MD5, which directory buckets refuse.\n\n\
               The exit code is that of the program, 128 plus the number of the signal that ended it, or 126 or 127 if it \
               cannot be run. zonal passes SIGTERM and SIGHUP on to the program.\n\n\
               Examples:\n\n  \
               zonal exec -- aws s3 cp report.pdf s3://demo--usw2-az1--x-s3/\n  \
               zonal exec -- python3 report.py",
    },
    Extra {
        name: "help",
        summary: "Show all commands and their common options, or the help of one command.",
        docs: "zonal help\nzonal help COMMAND\nzonal COMMAND help",
    },
    Extra {
        name: "ls",
        summary: "List buckets, or the objects and directories below a prefix.",
        docs: "zonal ls\n\
               zonal ls s3://BUCKET/PREFIX\n\n  \
               --recursive           list all objects below the prefix\n  \
               --human-readable      print sizes with units\n  \
               --summarize           print the number of objects and bytes at the end\n  \
               --json                print a line of JSON for each\n\n\
               Times are in UTC. The order is that of S3, which does not sort listings of directory buckets. The exit \
               code is 1 if no object has the prefix.",
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
               Within a bucket, S3 renames the objects and moves no data. Otherwise the program deletes each source \
               after it has written the target. It takes the options of cp.",
    },
    Extra {
        name: "presign",
        summary: "Print a URL with which anybody can read an object for a limited time.",
        docs: "zonal presign s3://BUCKET/KEY\n\n  --expires-in SECONDS  the lifetime; the default is 3600, the limit 604800",
    },
    Extra {
        name: "rm",
        summary: "Delete objects.",
        docs: "zonal rm s3://BUCKET/KEY\n\
               zonal rm --recursive s3://BUCKET/PREFIX\n\
               zonal rm --uploads s3://BUCKET/PREFIX\n\n  \
               --recursive           delete everything below the prefix\n  \
               --uploads             abort unfinished multipart uploads instead of deleting objects\n  \
               --older-than SECONDS  with --uploads: only those that are older than this\n  \
               --exclude PATTERN     skip what matches; * matches slashes too\n  \
               --include PATTERN     do not skip what matches; the last match applies\n  \
               --dryrun              print what would be done, and do nothing\n  \
               --only-show-errors    print errors only\n  \
               --quiet               print nothing\n  \
               --json                print a line of JSON for each event on standard output\n\n\
               --uploads removes the uploads of killed processes. It also aborts the uploads of processes that still \
               run.",
    },
    Extra {
        name: "s3",
        summary: "Accepted before ls, cp, mv, rm, sync, du, cat and presign, as in the AWS CLI. It has no effect.",
        docs: "zonal s3 COMMAND",
    },
    Extra {
        name: "s3api",
        summary: "Accepted before a command, as in the AWS CLI. It has no effect.",
        docs: "zonal s3api COMMAND",
    },
    Extra {
        name: "session",
        summary: "Show, fill or empty the cache of sessions.",
        docs: "zonal session status [--bucket NAME]\n\
               zonal session open --bucket NAME\n\
               zonal session forget [--bucket NAME]\n\n\
               With --use-session-cache, ZONAL_SESSION_CACHE=true or the setting zonal_session_cache, the sessions that \
               commands open are kept for the next ones: a loop of 100 head-object opens one session. Each is a file \
               with mode 0600 in $XDG_CACHE_HOME/zonal/sessions (~/.cache/zonal/sessions), for a bucket, mode, Region, \
               endpoint and access key id. Everybody who can read the file can use the session until it ends, after 5 \
               minutes. The program does not use a session in its last 30 seconds. It replaces a session that the \
               service rejects.\n\n\
               status lists the sessions in the cache, without their keys. open opens a session and adds it to the \
               cache. forget removes the sessions of a bucket, or all. These three use the cache even if it is off.",
    },
    Extra {
        name: "sync",
        summary: "Copy what has changed from a directory to a bucket, from a bucket to a directory, or between buckets.",
        docs: concat!(
            "zonal sync DIRECTORY s3://BUCKET/PREFIX\n\
               zonal sync s3://BUCKET/PREFIX DIRECTORY\n\
               zonal sync s3://BUCKET/PREFIX s3://BUCKET/PREFIX\n\n\
               The program copies what is missing in the target, what differs in size, and what is older than its \
               source. From a bucket it downloads an object of the same size only if the file is newer than the \
               object.\n\n  \
               --delete              delete what is not in the source\n  \
               --size-only           compare sizes only\n  \
               --exact-timestamps    from a bucket: download unless the times are equal\n  \
               ",
            of_copies!(options),
            "If the target is a prefix within the source, or the source one within the target, what is in the inner \
               prefix is not part of the outer one: sync does not copy it again, overwrite it or delete it.\n\n\
               The program keeps about 64 MiB of names in memory. Beyond that it sorts them in files in $TMPDIR, and \
               starts to copy after all is listed. It compares times in whole seconds.\n",
            of_copies!(codes)
        ),
    },
    Extra {
        name: "wait",
        summary: "Wait until a bucket or an object exists, or no longer exists.",
        docs: "zonal wait bucket-exists|bucket-not-exists --bucket NAME\n\
               zonal wait object-exists|object-not-exists --bucket NAME --key KEY\n\n\
               The program calls head-bucket or head-object every 5 seconds, at most 20 times. It takes the options of \
               those commands. The exit code is 0 if the bucket or object reaches the state, and 255 if it does not, \
               or if an error shows that it cannot.",
    },
];

impl Extra {
    /// How it is typed, a form in each line.
    pub(crate) fn forms(&self) -> &'static str {
        self.split().0
    }

    /// The forms, and the paragraphs behind them.
    pub(crate) fn split(&self) -> (&'static str, &'static str) {
        self.docs.split_once("\n\n").unwrap_or((self.docs, ""))
    }
}

/// One of them.
pub(crate) fn find(name: &str) -> Option<&'static Extra> {
    EXTRA.iter().find(|extra| extra.name == name)
}
