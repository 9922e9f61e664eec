//! Completions for bash.

use super::{FILES, PROFILES, REGIONS, choices, completed, flags, following, global_flags, names};

/// Defines the function that completes a line, and says that it does.
pub(super) fn script() -> String {
    let (before, commands) = names();
    let mut text = format!(
        "_zonal() {{\n    local word=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\" \
         command= at words= flags=\n    for ((at = 1; at < COMP_CWORD; at++)); do\n        \
         case \"${{COMP_WORDS[at]}}\" in\n            {}) command=\"${{COMP_WORDS[at]}}\" ;;\n            \
         {}) command=\"${{COMP_WORDS[at]}}\"; break ;;\n        esac\n    done\n    \
         COMPREPLY=()\n    case \"$before\" in\n        \
         --profile) COMPREPLY=($(compgen -W \"$({PROFILES})\" -- \"$word\")); return ;;\n        \
         --region) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n        \
         {FILES}) return ;;\n",
        before.join("|"),
        commands.join("|"),
        REGIONS.join(" ")
    );
    for (name, values) in choices() {
        text.push_str(&format!(
            "        --{name}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
            values.join(" ")
        ));
    }
    text.push_str("    esac\n    case \"$command\" in\n");
    for it in following() {
        let words: Vec<_> = it.words.into_iter().map(|(word, _)| word).collect();
        let words = words.join(" ");
        text.push_str(&format!("        '{}') words='{words}' ;;\n", it.after));
    }
    for it in completed() {
        let flags = flags(&it.options);
        text.push_str(&format!("        {}) flags='{flags}' ;;\n", it.name));
    }
    text.push_str(&format!(
        "    esac\n    [[ $word == -* ]] && words=\"$flags {}\"\n    \
         COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}}\n\
         complete -o default -F _zonal zonal\n",
        global_flags()
    ));
    text
}
