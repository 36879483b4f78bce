package fp8sim.multiplier.user.c;

import java.util.List;

/** An expression whose operands have been converted as C converts them. */
sealed interface Expression {
  CType type();

  /** A constant; its value is one of the type. */
  record Constant(long value, CType type) implements Expression {}

  /** What can be assigned to. */
  sealed interface Place extends Expression {}

  /** The value of a variable. */
  record Variable(String name, int slot, CType type, int line) implements Place {}

  /** An element of an array. */
  record Element(CArray array, Expression index, int line) implements Place {
    @Override
    public CType type() {
      return array.type();
    }
  }

  /** An element of a constant array. */
  record Lookup(ConstantArray array, Expression index, int line) implements Expression {
    @Override
    public CType type() {
      return array.type();
    }
  }

  /** The negative value or, if {@code complements}, that of all bits inverted. */
  record Negation(boolean complements, Expression operand, CType type) implements Expression {}

  /** Whether a value is zero. */
  record Not(Expression operand) implements Expression {
    @Override
    public CType type() {
      return CType.INT;
    }
  }

  /** What an operator makes of two values of one type; of a shift's the second may have another. */
  record Binary(Operator operator, Expression left, Expression right, CType type, int line)
      implements Expression {}

  /** {@code &&} or {@code ||}: the second operand is computed only if the first does not decide. */
  record Logical(boolean isAnd, Expression left, Expression right) implements Expression {
    @Override
    public CType type() {
      return CType.INT;
    }
  }

  /** A value as one of another type. */
  record Cast(Expression operand, CType type) implements Expression {}

  /** One of two values, of which only that is computed. */
  record Conditional(Expression test, Expression then, Expression otherwise, CType type)
      implements Expression {}

  /** Puts a value of the place's type there. */
  record Assignment(Place place, Expression value) implements Expression {
    @Override
    public CType type() {
      return place.type();
    }
  }

  /** Puts a value of the place's type there, and is what was there before. */
  record Replacement(Place place, Expression value) implements Expression {
    @Override
    public CType type() {
      return place.type();
    }
  }

  /** What a function returns for arguments of its parameters' types. */
  record Call(CFunction function, List<Expression> arguments, int line) implements Expression {
    @Override
    public CType type() {
      return function.type();
    }
  }

  /** Values one after the other, of which the last one counts. */
  record Sequence(List<Expression> parts) implements Expression {
    @Override
    public CType type() {
      return parts.getLast().type();
    }
  }

  /** An operator of two operands. */
  enum Operator {
    MULTIPLY,
    DIVIDE,
    REMAINDER,
    ADD,
    SUBTRACT,
    SHIFT_LEFT,
    SHIFT_RIGHT,
    LESS,
    LESS_OR_EQUAL,
    EQUAL,
    NOT_EQUAL,
    AND,
    XOR,
    OR;

    boolean compares() {
      return this == LESS || this == LESS_OR_EQUAL || this == EQUAL || this == NOT_EQUAL;
    }

    boolean shifts() {
      return this == SHIFT_LEFT || this == SHIFT_RIGHT;
    }
  }
}
