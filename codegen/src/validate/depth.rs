//! Shapes are not nested without end: passes and the Rust compiler walk down into them.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Model, Shape, ShapeId};
use crate::select::Closure;

/// How many shapes may stand within each other. Models of AWS need about 20.
pub(super) const MAX_NESTING: usize = 128;

/// How deep shapes are nested. What is nested too deeply is reported; where something is, other passes had better
/// not look.
pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) -> usize {
    let mut depths = Depths {
        model: closure.model,
        known: HashMap::new(),
    };
    let deepest = closure.shapes.iter().map(|shape| (depths.of(shape), shape));
    let Some((depth, shape)) = deepest.max_by_key(|(depth, _)| *depth) else {
        return 0;
    };
    if depth > MAX_NESTING {
        let message = format!(
            "`{}` holds shapes {depth} levels deep; {MAX_NESTING} are generated",
            shape.id.name()
        );
        let error = Diagnostic::error(Code::TooDeep, message).at_opt(shape.span, "");
        let help = "let a member on the way target a string or a shape that holds less";
        diagnostics.push(error.of(shape.id).help(help));
    }
    depth
}

/// How deep shapes are. What holds itself counts once, from where it is met first.
struct Depths<'m, 'a> {
    model: &'m Model<'a>,
    /// None while the shape is being looked into.
    known: HashMap<ShapeId<'m>, Option<usize>>,
}

impl<'m, 'a> Depths<'m, 'a> {
    /// Walks with a list of its own, as the stack may be too small for what is there.
    fn of(&mut self, shape: &'m Shape<'a>) -> usize {
        let mut pending = vec![shape];
        while let Some(shape) = pending.last() {
            let open = self.known.contains_key(&shape.id);
            let targets = || {
                shape
                    .members()
                    .map(|member| self.model.target(&member.target))
            };
            if !open {
                let new: Vec<_> = targets()
                    .filter(|target| !self.known.contains_key(&target.id))
                    .collect();
                self.known.insert(shape.id, None);
                pending.extend(new);
                continue;
            }
            if self.known[&shape.id].is_none() {
                let inner = targets().filter_map(|target| self.known.get(&target.id).copied()?);
                let depth = 1 + inner.max().unwrap_or_default();
                self.known.insert(shape.id, Some(depth));
            }
            pending.pop();
        }
        self.known
            .get(&shape.id)
            .copied()
            .flatten()
            .unwrap_or_default()
    }
}
