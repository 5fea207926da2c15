"""Templates → Python code: Jinja's own, but calls and written values go straight to the function, not through wrappers."""

from __future__ import annotations

from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

from gongkai.markup import escaped


class _Code(CodeGenerator):
    """Jinja asks at every call whether the function wants the context; none of gongkai's does.

    A written value needs its text only: marking it as safe first, as ``escape`` does, costs more than the escaping.
    """

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """``function(first, …)`` for ``context.call(function, first, …)``."""
        if forward_caller or not node.args:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        self.visit(node.args[0], frame)
        rest = nodes.Call(node.node, node.args[1:], node.kwargs, node.dyn_args, node.dyn_kwargs)
        self.signature(rest, frame)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class Environment(jinja2.Environment):
    """Jinja's environment with the code made above; there are no functions here that want the context."""

    code_generator_class = _Code
    escaped = staticmethod(escaped)
