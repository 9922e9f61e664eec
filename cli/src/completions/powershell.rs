//! Completions for PowerShell.

use super::{REGIONS, choices, completed, following, globals};

/// Registers a block that completes a line.
pub(super) fn script() -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let list = |words: &[String]| {
        words
            .iter()
            .map(|word| quote(word))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut text = "Register-ArgumentCompleter -Native -CommandName zonal -ScriptBlock {\n    \
                    param($word, $line, $position)\n    $options = @{\n"
        .to_owned();
    for command in completed() {
        let options = command.options.iter();
        let flags: Vec<_> = options.map(|option| format!("--{}", option.name)).collect();
        text.push_str(&format!(
            "        {} = @({})\n",
            quote(command.name),
            list(&flags)
        ));
    }
    text.push_str("    }\n    $lists = @{\n");
    for it in following() {
        let words: Vec<_> = it.words.into_iter().map(|(word, _)| word).collect();
        text.push_str(&format!(
            "        {} = @({})\n",
            quote(it.after),
            list(&words)
        ));
    }
    text.push_str("    }\n    $values = @{\n");
    for (name, values) in choices() {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        text.push_str(&format!(
            "        {} = @({})\n",
            quote(&format!("--{name}")),
            list(&values)
        ));
    }
    let regions: Vec<_> = REGIONS.iter().map(|region| (*region).to_owned()).collect();
    let all: Vec<_> = globals()
        .map(|global| format!("--{}", global.name))
        .collect();
    text.push_str(&format!(
        "        '--region' = @({})\n    }}\n    $words = @($line.CommandElements | ForEach-Object {{ $_.ToString() }})\n    \
         $before = if ($word) {{ $words[-2] }} else {{ $words[-1] }}\n    \
         $command = $words | Select-Object -Skip 1 | Where-Object {{ $options.ContainsKey($_) }} | Select-Object -First 1\n    \
         $list = $words | Select-Object -Skip 1 | Where-Object {{ $lists.ContainsKey($_) }} | Select-Object -First 1\n    \
         $found = if ($values.ContainsKey($before)) {{ $values[$before] }}\n    \
         elseif ($before -eq '--profile') {{\n        \
         Get-Content ~/.aws/config, ~/.aws/credentials -ErrorAction SilentlyContinue |\n            \
         ForEach-Object {{ if ($_ -match '^\\[(?:profile )?([^\\s\\]]+)\\]') {{ $Matches[1] }} }} | Sort-Object -Unique\n    }}\n    \
         elseif ($command) {{ $options[$command] + @({}) }}\n    elseif ($list) {{ $lists[$list] }}\n    else {{ $lists[''] + @({}) }}\n    \
         $found | Where-Object {{ $_ -like \"$word*\" }} | ForEach-Object {{\n        \
         [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)\n    }}\n}}\n",
        list(&regions),
        list(&all),
        list(&all),
    ));
    text
}
