package fp8sim.multiplier.user.c;

import fp8sim.common.FileProblems;
import fp8sim.multiplier.user.c.Expression.Binary;
import fp8sim.multiplier.user.c.Expression.Operator;
import fp8sim.multiplier.user.syntax.SourceText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a function for many arguments at once, one in each lane. Where lanes go different ways, each
 * way is run for its lanes. What C leaves undefined is an error with its line: a shift by too many
 * bits, a division by zero, an index outside of an array, a variable without a value, a function
 * that ends without one. Signed numbers wrap.
 */
final class CMachine {
  /** Nodes that one run may compute; a loop that never ends needs a second for them. */
  private static final long MAX_NODES_OF_RUN = 1 << 21;

  /** Nodes that all runs together may compute. */
  private static final long MAX_NODES = 1L << 29;

  private final SourceText source;
  private final int lanes;
  private final long[] @Nullable [] variables;

  /** For each variable the lanes in which it has a value; null where it has one in all. */
  private final @Nullable Mask[] assigned;

  private final Map<CArray, long[][]> arrays = new HashMap<>();
  private final List<long[]> free = new ArrayList<>();
  private long nodesOfRun;
  private long nodes;

  /** The lanes that left the innermost loop, and those that left this time of it. */
  private Mask broken;

  private Mask continued;

  /** The lanes that returned from the function. */
  private Mask returned;

  /**
   * A machine for a program.
   *
   * @param lanes arguments at once
   */
  CMachine(Program program, int lanes) {
    this(program.source(), program.slots(), lanes);
  }

  private CMachine(SourceText source, int slots, int lanes) {
    this.source = source;
    this.lanes = lanes;
    variables = new long[slots][];
    assigned = new Mask[slots];
    broken = Mask.none(lanes);
    continued = broken;
    returned = broken;
  }

  /** The value of an expression without variables. */
  static long constant(SourceText source, Expression expression) {
    CMachine machine = new CMachine(source, 0, 1);
    long[] value = new long[1];
    machine.compute(expression, Mask.all(1), value);
    return value[0];
  }

  /**
   * What a function returns.
   *
   * @param arguments for each parameter a value in each lane, of the parameter's type
   * @param results gets a value for each lane
   */
  void run(CFunction function, List<long[]> arguments, long[] results) {
    nodesOfRun = 0;
    call(function, arguments, Mask.all(lanes), function.line(), results);
  }

  private void call(
      CFunction function, List<long[]> arguments, Mask mask, int line, long[] results) {
    Mask outerReturned = returned;
    Mask outerBroken = broken;
    Mask outerContinued = continued;
    returned = Mask.none(lanes);
    for (int i = 0; i < arguments.size(); i++) {
      int slot = function.parameters().get(i).slot();
      mask.copy(arguments.get(i), variable(slot));
      assigned[slot] = null;
    }
    Mask rest = run(function.body(), mask, function);
    if (!rest.isEmpty()) {
      throw source.error(
          line, "function \"" + function.name() + "\" ends without a value for some operands");
    }
    mask.copy(variable(function.result()), results);
    returned = outerReturned;
    broken = outerBroken;
    continued = outerContinued;
  }

  private long[] variable(int slot) {
    long[] values = variables[slot];
    if (values == null) {
      values = new long[lanes];
      variables[slot] = values;
    }
    return values;
  }

  private void count() {
    nodes++;
    nodesOfRun++;
    if (nodesOfRun > MAX_NODES_OF_RUN || nodes > MAX_NODES) {
      throw FileProblems.bad(
          source.name(), "takes too long: a loop may never end for some operands");
    }
  }

  /** Runs a statement for some lanes; gives those that go on behind it. */
  private Mask run(Statement statement, Mask mask, CFunction function) {
    count();
    return switch (statement) {
      case Statement.Block block -> {
        Mask rest = mask;
        for (Statement part : block.statements()) {
          if (rest.isEmpty()) {
            break;
          }
          rest = run(part, rest, function);
        }
        yield rest;
      }
      case Statement.Evaluation evaluation -> {
        long[] unused = take();
        compute(evaluation.expression(), mask, unused);
        free.add(unused);
        yield mask;
      }
      case Statement.Declaration declaration -> {
        int slot = declaration.variable().slot();
        Mask known = assigned[slot];
        boolean wasUsed = variables[slot] != null;
        Mask kept = known == null && wasUsed ? Mask.all(lanes) : known;
        assigned[slot] = kept == null ? Mask.none(lanes) : kept.without(mask);
        yield mask;
      }
      case Statement.ArrayDeclaration declaration -> {
        for (long[] element : array(declaration.array())) {
          mask.copy(new long[lanes], element);
        }
        yield mask;
      }
      case Statement.Choice choice -> choose(choice, mask, function);
      case Statement.Loop loop -> loop(loop, mask, function);
      case Statement.Break _ -> {
        broken = broken.or(mask);
        yield Mask.none(lanes);
      }
      case Statement.Continue _ -> {
        continued = continued.or(mask);
        yield Mask.none(lanes);
      }
      case Statement.Return result -> {
        long[] value = take();
        compute(result.value(), mask, value);
        mask.copy(value, variable(function.result()));
        free.add(value);
        returned = returned.or(mask);
        yield Mask.none(lanes);
      }
    };
  }

  private Mask test(Expression expression, Mask mask) {
    long[] values = take();
    Mask holds = mask.where(operand(expression, mask, values));
    free.add(values);
    return holds;
  }

  private Mask choose(Statement.Choice choice, Mask mask, CFunction function) {
    Mask then = test(choice.test(), mask);
    Mask otherwise = mask.without(then);
    Mask rest = then.isEmpty() ? then : run(choice.then(), then, function);
    Statement other = choice.otherwise();
    return other == null || otherwise.isEmpty()
        ? rest.or(otherwise)
        : rest.or(run(other, otherwise, function));
  }

  private Mask loop(Statement.Loop loop, Mask mask, CFunction function) {
    Mask outerBroken = broken;
    Mask outerContinued = continued;
    broken = Mask.none(lanes);
    Mask ended = Mask.none(lanes);
    Mask active = mask;
    boolean tests = loop.testsFirst();
    while (!active.isEmpty()) {
      if (tests) {
        Mask holds = test(loop.test(), active);
        ended = ended.or(active.without(holds));
        active = holds;
      }
      tests = true;
      if (!active.isEmpty()) {
        continued = Mask.none(lanes);
        active = run(loop.body(), active, function).or(continued);
        next(loop.next(), active);
      }
    }
    ended = ended.or(broken);
    broken = outerBroken;
    continued = outerContinued;
    return ended;
  }

  private void next(@Nullable Expression next, Mask active) {
    if (next != null && !active.isEmpty()) {
      long[] unused = take();
      compute(next, active, unused);
      free.add(unused);
    }
  }

  private long[] take() {
    return free.isEmpty() ? new long[lanes] : free.removeLast();
  }

  /** The values of an expression, in its own memory if it is a variable, else in {@code memory}. */
  private long[] operand(Expression expression, Mask mask, long[] memory) {
    if (expression instanceof Expression.Variable variable) {
      count();
      return value(variable, mask);
    }
    compute(expression, mask, memory);
    return memory;
  }

  private long[] value(Expression.Variable variable, Mask mask) {
    Mask known = assigned[variable.slot()];
    if (known != null && !mask.without(known).isEmpty()) {
      throw source.error(
          variable.line(), "\"" + variable.name() + "\" has no value for some operands");
    }
    return variable(variable.slot());
  }

  /**
   * Computes an expression for some lanes; in the others anything may be the result.
   *
   * @param to is not read by the expression
   */
  private void compute(Expression expression, Mask mask, long[] to) {
    count();
    switch (expression) {
      case Expression.Constant constant -> Arrays.fill(to, constant.value());
      case Expression.Variable variable -> System.arraycopy(value(variable, mask), 0, to, 0, lanes);
      case Expression.Element element -> load(element, mask, to);
      case Expression.Lookup lookup -> load(lookup, mask, to);
      case Expression.Negation negation -> {
        long[] values = operand(negation.operand(), mask, to);
        for (int i = 0; i < lanes; i++) {
          to[i] = negation.complements() ? ~values[i] : -values[i];
        }
        LaneArithmetic.wrap(negation.type(), to);
      }
      case Expression.Not not -> {
        long[] values = operand(not.operand(), mask, to);
        for (int i = 0; i < lanes; i++) {
          to[i] = values[i] == 0 ? 1 : 0;
        }
      }
      case Binary binary -> binary(binary, mask, to);
      case Expression.Logical logical -> logical(logical, mask, to);
      case Expression.Cast cast -> {
        long[] values = operand(cast.operand(), mask, to);
        System.arraycopy(values, 0, to, 0, lanes);
        LaneArithmetic.wrap(cast.type(), to);
      }
      case Expression.Conditional conditional -> conditional(conditional, mask, to);
      case Expression.Assignment assignment -> {
        compute(assignment.value(), mask, to);
        store(assignment.place(), mask, to);
      }
      case Expression.Replacement replacement -> {
        long[] value = take();
        compute(replacement.value(), mask, value);
        compute(replacement.place(), mask, to);
        store(replacement.place(), mask, value);
        free.add(value);
      }
      case Expression.Call call -> call(call, mask, to);
      case Expression.Sequence sequence ->
          sequence.parts().forEach(part -> compute(part, mask, to));
    }
  }

  private void call(Expression.Call call, Mask mask, long[] to) {
    List<long[]> arguments = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      long[] values = take();
      compute(argument, mask, values);
      arguments.add(values);
    }
    call(call.function(), arguments, mask, call.line(), to);
    free.addAll(arguments);
  }

  private void conditional(Expression.Conditional conditional, Mask mask, long[] to) {
    Mask then = test(conditional.test(), mask);
    Mask otherwise = mask.without(then);
    long[] other = take();
    if (!otherwise.isEmpty()) {
      compute(conditional.otherwise(), otherwise, other);
    }
    if (!then.isEmpty()) {
      compute(conditional.then(), then, to);
    }
    otherwise.copy(other, to);
    free.add(other);
  }

  private void logical(Expression.Logical logical, Mask mask, long[] to) {
    Mask first = test(logical.left(), mask);
    Mask undecided = logical.isAnd() ? first : mask.without(first);
    Mask second = undecided.isEmpty() ? undecided : test(logical.right(), undecided);
    Mask holds = logical.isAnd() ? second : first.or(second);
    for (int i = 0; i < lanes; i++) {
      to[i] = holds.of(i) & 1;
    }
  }

  private void binary(Binary binary, Mask mask, long[] to) {
    long[] memory = take();
    long[] left = operand(binary.left(), mask, to);
    long[] right = operand(binary.right(), mask, memory);
    if (binary.operator().shifts()) {
      int bits = binary.type().bits();
      check(right, mask, bits, binary.line(), "a shift by %d bits, of a number of " + bits);
    } else if (binary.operator() == Operator.DIVIDE || binary.operator() == Operator.REMAINDER) {
      for (int i = 0; i < lanes; i++) {
        if (right[i] == 0 && mask.has(i)) {
          throw source.error(binary.line(), "a division by zero for some operands");
        }
      }
    }
    CType type = binary.left().type();
    LaneArithmetic.apply(binary.operator(), type, left, right, to);
    free.add(memory);
  }

  /** Checks that numbers are from 0 to below a limit. */
  private void check(long[] numbers, Mask mask, int limit, int line, String problem) {
    for (int i = 0; i < lanes; i++) {
      boolean isOutside = numbers[i] < 0 || numbers[i] >= limit;
      if (isOutside && mask.has(i)) {
        throw source.error(line, problem.formatted(numbers[i]));
      }
    }
  }

  private long[][] array(CArray array) {
    return arrays.computeIfAbsent(array, missing -> new long[missing.length()][lanes]);
  }

  private long[] index(
      Expression index, String name, int length, Mask mask, int line, long[] memory) {
    long[] indices = operand(index, mask, memory);
    check(indices, mask, length, line, "index %d of \"" + name + "\", which has " + length);
    return indices;
  }

  private void load(Expression.Element element, Mask mask, long[] to) {
    CArray array = element.array();
    long[][] elements = array(array);
    long[] memory = take();
    long[] indices =
        index(element.index(), array.name(), array.length(), mask, element.line(), memory);
    for (int i = 0; i < lanes; i++) {
      to[i] = mask.has(i) ? elements[(int) indices[i]][i] : 0;
    }
    free.add(memory);
  }

  private void load(Expression.Lookup lookup, Mask mask, long[] to) {
    long[] values = lookup.array().values();
    long[] memory = take();
    long[] indices =
        index(lookup.index(), lookup.array().name(), values.length, mask, lookup.line(), memory);
    for (int i = 0; i < lanes; i++) {
      to[i] = mask.has(i) ? values[(int) indices[i]] : 0;
    }
    free.add(memory);
  }

  private void store(Expression.Place place, Mask mask, long[] values) {
    switch (place) {
      case Expression.Variable variable -> {
        int slot = variable.slot();
        Mask known = assigned[slot];
        if (mask.isFull()) {
          System.arraycopy(values, 0, variable(slot), 0, lanes);
          assigned[slot] = null;
        } else {
          mask.copy(values, variable(slot));
          assigned[slot] = known == null ? null : known.or(mask);
        }
      }
      case Expression.Element element -> {
        CArray array = element.array();
        long[][] elements = array(array);
        long[] memory = take();
        long[] indices =
            index(element.index(), array.name(), array.length(), mask, element.line(), memory);
        for (int i = 0; i < lanes; i++) {
          if (mask.has(i)) {
            elements[(int) indices[i]][i] = values[i];
          }
        }
        free.add(memory);
      }
    }
  }
}
