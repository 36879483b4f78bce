package fp8sim.pass.infer;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;

/** Types of operators that work element by element. */
final class ElementwiseRules {
  private ElementwiseRules() {}

  static Inferred sameAsInput(Op op, Operands in) {
    return Inferred.of(op, in, in.element(0), in.shape(0));
  }

  static Inferred bitCast(Op.BitCast op, Operands in) {
    if (op.to().bits() != in.element(0).bits()) {
      throw in.error(
          "%s has %d bits, %s %d"
              .formatted(in.element(0), in.element(0).bits(), op.to(), op.to().bits()));
    }
    return Inferred.of(op, in, op.to(), in.shape(0));
  }

  /** A Cast to the type of the second input, which is not read. */
  static Inferred castLike(Op.CastLike op, Operands in) {
    DataType to = in.element(1);
    Op.Cast cast = new Op.Cast(to, op.saturate(), op.roundMode());
    return Inferred.of(cast, in.names().subList(0, 1), to, in.shape(0));
  }

  static Inferred unary(Op.Unary op, Operands in) {
    return switch (op.function()) {
      case NOT -> {
        in.requireType(0, DataType.BOOL);
        yield sameAsInput(op, in);
      }
      case BITWISE_NOT -> {
        requireIntegers(in);
        yield sameAsInput(op, in);
      }
      case IS_INF, IS_NAN -> {
        if (!in.element(0).isFloating()) {
          throw in.error("input 0 has type %s, which has no NaN".formatted(in.element(0)));
        }
        yield Inferred.of(op, in, DataType.BOOL, in.shape(0));
      }
      case ABS, NEG, SHRINK, SIGN, RELU -> {
        in.requireNumber(0);
        yield sameAsInput(op, in);
      }
      default -> {
        in.requireFloating(0);
        yield sameAsInput(op, in);
      }
    };
  }

  static Inferred binary(Op.Binary op, Operands in) {
    Shape shape = BroadcastRule.of(in, in.shape(0), in.shape(1));
    return switch (op.function()) {
      case AND, OR, XOR -> {
        in.requireType(0, DataType.BOOL);
        in.requireType(1, DataType.BOOL);
        yield Inferred.of(op, in, DataType.BOOL, shape);
      }
      case EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL -> {
        in.requireSameType(1);
        if (op.function() != BinaryFunction.EQUAL || in.element(0) != DataType.BOOL) {
          in.requireNumber(0);
        }
        yield Inferred.of(op, in, DataType.BOOL, shape);
      }
      case POW -> {
        in.requireNumber(0);
        in.requireNumber(1);
        yield Inferred.of(op, in, in.element(0), shape);
      }
      case PRELU -> {
        in.requireSameType(1);
        in.requireNumber(0);
        BroadcastRule.requireOneWay(in, "slope", in.shape(1), in.shape(0));
        yield Inferred.of(op, in, in.element(0), shape);
      }
      case BITWISE_AND, BITWISE_OR, BITWISE_XOR -> {
        in.requireSameType(1);
        requireIntegers(in);
        yield Inferred.of(op, in, in.element(0), shape);
      }
      case BIT_SHIFT_LEFT, BIT_SHIFT_RIGHT -> {
        in.requireSameType(1);
        requireIntegers(in);
        if (!in.element(0).isUnsigned()) {
          throw in.error("input 0 has type %s, which is signed".formatted(in.element(0)));
        }
        yield Inferred.of(op, in, in.element(0), shape);
      }
      case ADD, DIV, FMOD, MAX, MIN, MOD, MUL, SUB -> {
        in.requireSameType(1);
        in.requireNumber(0);
        yield Inferred.of(op, in, in.element(0), shape);
      }
    };
  }

  private static void requireIntegers(Operands in) {
    in.requireNumber(0);
    if (in.element(0).isFloating()) {
      throw in.error("input 0 has type %s, not an integer".formatted(in.element(0)));
    }
  }

  static Inferred where(Op op, Operands in) {
    in.requireType(0, DataType.BOOL);
    if (in.element(1) != in.element(2)) {
      throw in.error("chooses between types %s and %s".formatted(in.element(1), in.element(2)));
    }
    return Inferred.of(op, in, in.element(1), BroadcastRule.of(in, in.shapes()));
  }

  static Inferred clip(Op.Clip op, Operands in) {
    in.requireNumber(0);
    in.requireSameType(1, 2);
    for (int i = 1; i <= 2; i++) {
      if (in.has(i) && in.shape(i).elements() != 1) {
        throw in.error("a bound has shape %s, not one element".formatted(in.shape(i)));
      }
    }
    return sameAsInput(op, in);
  }
}
