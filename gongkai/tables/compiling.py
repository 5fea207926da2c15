"""Templates → Python code: Jinja's own, but calls and written values go straight to the function, not through wrappers."""

from __future__ import annotations

import marshal
import sys
from collections.abc import MutableMapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import markup_join

from gongkai.kept import read_checked, write_checked
from gongkai.tables.markup import escaped


class _Code(CodeGenerator):
    """Jinja asks at every call whether the function wants the context; none of gongkai's does.

    A written value needs its text only: marking it as safe first, as ``escape`` does, costs more than the escaping.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """A template's module: what is called for every value has a name of its own in it."""
        self.writeline(
            "escaped, joined, attribute = environment.escaped, environment.joined, environment.getattr"
        )
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """``value.name``."""
        self.write("attribute(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r})")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """``function(first, …)`` for ``context.call(function, first, …)``."""
        if forward_caller:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        if node.args:
            self.visit(node.args[0], frame)
        elif node.kwargs or node.dyn_args or node.dyn_kwargs:
            self.write("*()")  # what is written next begins with a comma
        rest = nodes.Call(node.node, node.args[1:], node.kwargs, node.dyn_args, node.dyn_kwargs)
        self.signature(rest, frame)
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """``a ~ b``."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super().visit_Concat(node, frame)
            return
        self.write("joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("escaped(")


class Compiled(jinja2.BytecodeCache):
    """Compiled templates in a folder: what is damaged, or made from another text or by another compiler, is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code of a template that was compiled before, if it is there."""
        code = read_checked(self._folder / bucket.key, self._key(bucket))
        if code is not None:
            bucket.code = marshal.loads(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template that was just compiled."""
        write_checked(self._folder / bucket.key, self._key(bucket), marshal.dumps(bucket.code))

    def _key(self, bucket: Bucket) -> str:
        return f"{bucket.checksum} {self._compiler}"

    @cached_property
    def _compiler(self) -> str:
        return f"{sys.version} {jinja2.__version__} {sha256(Path(__file__).read_bytes()).hexdigest()}"


class Environment(jinja2.Environment):
    """Jinja's environment with the code made above; there are no functions here that want the context."""

    code_generator_class = _Code
    escaped = staticmethod(escaped)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own names as a plain dict, which every page copies: Jinja's chain of two takes longer."""
        return super().make_globals(d) if d else self.globals

    @staticmethod
    def joined(parts: tuple[Any, ...]) -> str:
        """``a ~ b``: marked as safe, and what is not safe escaped, as soon as one part is safe."""
        if any(type(part) is not str and hasattr(part, "__html__") for part in parts):
            return markup_join(parts)
        return "".join([part if type(part) is str else str(part) for part in parts])
