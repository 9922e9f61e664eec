//! Completions for zsh.

use super::{
    Described, FILES, PROFILES, REGIONS, choices, completed, first_sentence, following, globals,
    names,
};

/// Works both as a file on the path of functions and where it is read.
pub(super) fn script() -> String {
    let (before, commands) = names();
    let mut text = format!(
        "#compdef zonal\n_zonal() {{\n    local -a items options\n    local command= word\n    \
         for word in ${{words[2,CURRENT-1]}}; do\n        case $word in\n            \
         {}) command=$word ;;\n            {}) command=$word; break ;;\n        esac\n    done\n    \
         case ${{words[CURRENT-1]}} in\n        \
         --profile) items=(${{(f)\"$({PROFILES})\"}}); compadd -a items; return ;;\n        \
         --region) compadd {}; return ;;\n        {FILES}) _files; return ;;\n",
        before.join("|"),
        commands.join("|"),
        REGIONS.join(" "),
    );
    for (name, values) in choices() {
        text.push_str(&format!(
            "        --{name}) compadd -- {}; return ;;\n",
            values.join(" ")
        ));
    }
    text.push_str("    esac\n    case $command in\n");
    for it in following() {
        text.push_str(&format!(
            "        '{}') items=({}) ;;\n",
            it.after,
            list(it.words)
        ));
    }
    for it in completed() {
        let options = it.options.into_iter();
        let options = options.map(|option| (format!("--{}", option.name), option.docs));
        text.push_str(&format!(
            "        {}) options=({}) ;;\n",
            it.name,
            list(options)
        ));
    }
    let of_all = globals().map(|it| (format!("--{}", it.name), first_sentence(it.docs).to_owned()));
    text.push_str(&format!(
        "    esac\n    if [[ ${{words[CURRENT]}} == -* ]]; then\n        options+=({})\n        \
         _describe -o option options\n    elif (( $#items )); then\n        _describe command items\n    else\n        \
         _files\n    fi\n}}\nif [[ $funcstack[1] == _zonal ]]; then _zonal \"$@\"; else compdef _zonal zonal; fi\n",
        list(of_all),
    ));
    text
}

/// Words as `_describe` takes them.
fn list(items: impl IntoIterator<Item = Described>) -> String {
    let item = |(name, docs): Described| match docs.as_str() {
        "" => format!("'{name}'"),
        docs => format!(
            "'{name}:{}'",
            docs.replace('\'', r"'\''").replace(':', r"\:")
        ),
    };
    items.into_iter().map(item).collect::<Vec<_>>().join(" ")
}
