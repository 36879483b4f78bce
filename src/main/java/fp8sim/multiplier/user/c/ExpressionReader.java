package fp8sim.multiplier.user.c;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.user.c.Expression.Operator;
import fp8sim.multiplier.user.syntax.SourceText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** Makes expressions of their trees, with the conversions of C (C11, 6.3 and 6.5). */
final class ExpressionReader {
  /** Nodes above one another, in a function with all that it calls: each needs stack to run. */
  static final int MAX_DEPTH = 500;

  private static final Pattern NUMBER =
      Pattern.compile("(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\\d*)([uUlL]{0,3})");
  private static final BigInteger LARGEST = BigInteger.TWO.pow(Long.SIZE);

  private static final Map<String, Operator> OPERATORS =
      Map.ofEntries(
          Map.entry("*", Operator.MULTIPLY),
          Map.entry("/", Operator.DIVIDE),
          Map.entry("%", Operator.REMAINDER),
          Map.entry("+", Operator.ADD),
          Map.entry("-", Operator.SUBTRACT),
          Map.entry("<<", Operator.SHIFT_LEFT),
          Map.entry(">>", Operator.SHIFT_RIGHT),
          Map.entry("<", Operator.LESS),
          Map.entry("<=", Operator.LESS_OR_EQUAL),
          Map.entry("==", Operator.EQUAL),
          Map.entry("!=", Operator.NOT_EQUAL),
          Map.entry("&", Operator.AND),
          Map.entry("^", Operator.XOR),
          Map.entry("|", Operator.OR));

  private final SourceText source;
  private final CScope scope;
  private final Map<String, CFunction> functions = new HashMap<>();
  private final Map<CFunction, Integer> heights = new HashMap<>();
  private final Set<CFunction> called = new HashSet<>();
  private int depth;
  private int height;

  ExpressionReader(SourceText source, CScope scope) {
    this.source = source;
    this.scope = scope;
  }

  /** Begins to read a function. */
  void begin() {
    height = 0;
  }

  /** Makes a function known that was read since {@link #begin}. */
  void add(CFunction function) {
    functions.put(function.name(), function);
    heights.put(function, height);
  }

  boolean knows(String function) {
    return functions.containsKey(function);
  }

  boolean isCalled(CFunction function) {
    return called.contains(function);
  }

  /** Goes down in the tree; {@link #up} follows. */
  void down(ParserRuleContext context) {
    depth++;
    reach(depth, context.getStart().getLine());
  }

  void up() {
    depth--;
  }

  private void reach(int deepest, int line) {
    height = Math.max(height, deepest);
    if (deepest > MAX_DEPTH) {
      throw source.error(line, "nests too deeply, calls included");
    }
  }

  Expression list(IntegerCParser.ListContext list) {
    List<Expression> parts = new ArrayList<>();
    list.expression().forEach(part -> parts.add(read(part)));
    return parts.size() == 1 ? parts.getFirst() : new Expression.Sequence(parts);
  }

  Expression read(IntegerCParser.ExpressionContext context) {
    down(context);
    int line = context.getStart().getLine();
    Expression expression =
        switch (context) {
          case IntegerCParser.NumberContext number -> number(number.getText(), line);
          case IntegerCParser.CharacterContext character -> character(character.getText(), line);
          case IntegerCParser.VariableContext variable ->
              named(variable.Identifier().getText(), List.of(), line);
          case IntegerCParser.ElementContext element -> element(element, line);
          case IntegerCParser.CallContext call -> call(call, line);
          case IntegerCParser.GroupedContext grouped -> list(grouped.list());
          case IntegerCParser.PostfixContext postfix ->
              step(postfix.expression(), postfix.op, false, line);
          case IntegerCParser.PrefixContext prefix ->
              step(prefix.expression(), prefix.op, true, line);
          case IntegerCParser.UnaryContext unary -> unary(unary);
          case IntegerCParser.CastContext cast ->
              cast(read(cast.expression()), new Specifiers(source, cast.specifier()).type());
          case IntegerCParser.BinaryContext binary -> {
            Expression left = read(binary.expression(0));
            yield binary(binary.op.getText(), left, read(binary.expression(1)), line);
          }
          case IntegerCParser.LogicalContext logical ->
              new Expression.Logical(
                  logical.op.getText().equals("&&"),
                  read(logical.expression(0)),
                  read(logical.expression(1)));
          case IntegerCParser.ConditionalContext conditional -> conditional(conditional);
          case IntegerCParser.AssignContext assign -> assignment(assign, line);
          default -> throw new IllegalStateException(context.getClass().getName());
        };
    up();
    return expression;
  }

  private Expression number(String text, int line) {
    Matcher matcher = NUMBER.matcher(text);
    String suffix = matcher.matches() ? matcher.group(2).toLowerCase(Locale.ROOT) : "?";
    if (!Set.of("", "u", "l", "ul", "lu", "ll", "ull", "llu").contains(suffix)) {
      throw source.error(line, "\"" + text + "\" is no integer");
    }
    String digits = matcher.group(1);
    boolean isDecimal = digits.charAt(0) != '0';
    BigInteger value =
        switch (digits.length() > 1 ? digits.substring(0, 2) : "") {
          case "0x", "0X" -> new BigInteger(digits.substring(2), 16);
          case "0b", "0B" -> new BigInteger(digits.substring(2), 2);
          default -> new BigInteger(digits, isDecimal ? 10 : 8);
        };
    if (value.compareTo(LARGEST) >= 0) {
      throw source.error(line, text + " has more than 64 bits");
    }
    boolean unsigned = suffix.contains("u");
    boolean isLong = suffix.contains("l") || value.bitLength() > Integer.SIZE;
    for (CType type : List.of(CType.INT, CType.UNSIGNED, CType.LONG, CType.UNSIGNED_LONG)) {
      boolean isAllowed = unsigned ? !type.signed() : type.signed() || !isDecimal;
      boolean fits = value.bitLength() <= type.bits() - (type.signed() ? 1 : 0);
      if (isAllowed && fits && (!isLong || type.bits() == Long.SIZE)) {
        return new Expression.Constant(type.of(value.longValue()), type);
      }
    }
    throw source.error(line, text + " is too large for a signed constant; write " + text + "ULL");
  }

  private Expression character(String text, int line) {
    if (text.charAt(1) == '\\') {
      throw source.error(line, text + " is not supported; write its number");
    }
    return new Expression.Constant(text.charAt(1), CType.INT);
  }

  private Expression element(IntegerCParser.ElementContext element, int line) {
    List<Expression> indices = new ArrayList<>();
    IntegerCParser.ExpressionContext base = element;
    while (base instanceof IntegerCParser.ElementContext outer) {
      indices.addFirst(list(outer.list()));
      base = outer.expression();
    }
    if (!(base instanceof IntegerCParser.VariableContext array)) {
      throw source.error(line, "only arrays have elements");
    }
    return named(array.Identifier().getText(), indices, line);
  }

  private Expression named(String name, List<Expression> indices, int line) {
    return switch (scope.find(name)) {
      case CScope.OfVariable variable when indices.isEmpty() ->
          new Expression.Variable(
              name, variable.variable().slot(), variable.variable().type(), line);
      case CScope.OfConstant constant when indices.isEmpty() -> constant.constant();
      case CScope.OfArray array ->
          new Expression.Element(array.array(), index(name, array.lengths(), indices, line), line);
      case CScope.OfConstantArray array ->
          new Expression.Lookup(array.array(), index(name, array.lengths(), indices, line), line);
      case null -> throw source.error(line, "\"" + name + "\" is not declared");
      default -> throw source.error(line, "\"" + name + "\" is no array");
    };
  }

  /** The position among all elements; each index is checked but the first by what follows. */
  private Expression index(String name, List<Integer> lengths, List<Expression> indices, int line) {
    if (indices.size() != lengths.size()) {
      throw source.error(
          line,
          "\"%s\" has %d dimensions, not %d; pointers are not supported"
              .formatted(name, lengths.size(), indices.size()));
    }
    Expression position = cast(indices.getFirst(), CType.LONG);
    for (int i = 1; i < lengths.size(); i++) {
      Expression.Constant length = new Expression.Constant(lengths.get(i), CType.LONG);
      Expression row = new Expression.Binary(Operator.MULTIPLY, position, length, CType.LONG, line);
      Expression column = cast(indices.get(i), CType.LONG);
      position = new Expression.Binary(Operator.ADD, row, column, CType.LONG, line);
    }
    return position;
  }

  private Expression call(IntegerCParser.CallContext call, int line) {
    String name = call.Identifier().getText();
    CFunction function = functions.get(name);
    if (function == null) {
      throw source.error(line, "function \"" + name + "\" is not defined above its call");
    }
    if (call.expression().size() != function.parameters().size()) {
      throw source.error(
          line,
          "\"%s\" has %d parameters, not %d"
              .formatted(name, function.parameters().size(), call.expression().size()));
    }
    called.add(function);
    reach(depth + heights.getOrDefault(function, 0), line);
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < function.parameters().size(); i++) {
      arguments.add(cast(read(call.expression(i)), function.parameters().get(i).type()));
    }
    return new Expression.Call(function, arguments, line);
  }

  private Expression unary(IntegerCParser.UnaryContext unary) {
    Expression operand = read(unary.expression());
    CType type = operand.type().promoted();
    return switch (unary.op.getText()) {
      case "!" -> new Expression.Not(operand);
      case "+" -> cast(operand, type);
      case "-" -> new Expression.Negation(false, cast(operand, type), type);
      default -> new Expression.Negation(true, cast(operand, type), type);
    };
  }

  private Expression conditional(IntegerCParser.ConditionalContext context) {
    Expression test = read(context.expression(0));
    Expression then = list(context.list());
    Expression otherwise = read(context.expression(1));
    CType type = then.type().with(otherwise.type());
    return new Expression.Conditional(test, cast(then, type), cast(otherwise, type), type);
  }

  private static Expression binary(String operator, Expression left, Expression right, int line) {
    return switch (operator) {
      case ">" -> binary(Operator.LESS, right, left, line);
      case ">=" -> binary(Operator.LESS_OR_EQUAL, right, left, line);
      default -> binary(OPERATORS.getOrDefault(operator, Operator.OR), left, right, line);
    };
  }

  private static Expression binary(Operator operator, Expression left, Expression right, int line) {
    if (operator.shifts()) {
      CType type = left.type().promoted();
      Expression count = cast(right, right.type().promoted());
      return new Expression.Binary(operator, cast(left, type), count, type, line);
    }
    CType common = left.type().with(right.type());
    CType type = operator.compares() ? CType.INT : common;
    return new Expression.Binary(operator, cast(left, common), cast(right, common), type, line);
  }

  /** The value as one of a type; without effect if it is one. */
  static Expression cast(Expression expression, CType type) {
    if (expression.type().equals(type)) {
      return expression;
    }
    return expression instanceof Expression.Constant constant
        ? new Expression.Constant(type.of(constant.value()), type)
        : new Expression.Cast(expression, type);
  }

  private Expression assignment(IntegerCParser.AssignContext assign, int line) {
    Expression.Place place = place(read(assign.expression(0)), line);
    String operator = assign.op.getText();
    Expression value = read(assign.expression(1));
    if (!operator.equals("=")) {
      requirePure(place, line);
      String computed = operator.substring(0, operator.length() - 1);
      value = binary(computed, place, value, line);
    }
    return new Expression.Assignment(place, cast(value, place.type()));
  }

  private Expression step(
      IntegerCParser.ExpressionContext operand, Token operator, boolean before, int line) {
    Expression.Place place = place(read(operand), line);
    requirePure(place, line);
    Expression one = new Expression.Constant(1, CType.INT);
    Expression value =
        cast(binary(operator.getText().substring(0, 1), place, one, line), place.type());
    return before
        ? new Expression.Assignment(place, value)
        : new Expression.Replacement(place, value);
  }

  private Expression.Place place(Expression expression, int line) {
    return switch (expression) {
      case Expression.Place place -> place;
      case Expression.Lookup lookup ->
          throw source.error(line, "\"" + lookup.array().name() + "\" is constant");
      default -> throw source.error(line, "this cannot be assigned to");
    };
  }

  /** An index that is computed twice must have no effect. */
  private void requirePure(Expression.Place place, int line) {
    if (place instanceof Expression.Element element && hasEffect(element.index())) {
      throw source.error(line, "an index with an effect is not supported here");
    }
  }

  private static boolean hasEffect(Expression expression) {
    return switch (expression) {
      case Expression.Constant _, Expression.Variable _ -> false;
      case Expression.Element element -> hasEffect(element.index());
      case Expression.Lookup lookup -> hasEffect(lookup.index());
      case Expression.Negation negation -> hasEffect(negation.operand());
      case Expression.Not not -> hasEffect(not.operand());
      case Expression.Binary binary -> hasEffect(binary.left()) || hasEffect(binary.right());
      case Expression.Logical logical -> hasEffect(logical.left()) || hasEffect(logical.right());
      case Expression.Cast cast -> hasEffect(cast.operand());
      case Expression.Conditional conditional ->
          hasEffect(conditional.test())
              || hasEffect(conditional.then())
              || hasEffect(conditional.otherwise());
      case Expression.Assignment _, Expression.Replacement _, Expression.Call _ -> true;
      case Expression.Sequence sequence ->
          sequence.parts().stream().anyMatch(ExpressionReader::hasEffect);
    };
  }

  /**
   * The value of an expression of constants.
   *
   * @throws Fp8simException (input) if it has others
   */
  long constant(Expression expression, int line) {
    if (!isConstant(expression)) {
      throw source.error(line, "a constant is expected here");
    }
    return CMachine.constant(source, expression);
  }

  static boolean isConstant(Expression expression) {
    return switch (expression) {
      case Expression.Constant _ -> true;
      case Expression.Variable _, Expression.Element _, Expression.Call _ -> false;
      case Expression.Assignment _, Expression.Replacement _ -> false;
      case Expression.Lookup lookup -> isConstant(lookup.index());
      case Expression.Negation negation -> isConstant(negation.operand());
      case Expression.Not not -> isConstant(not.operand());
      case Expression.Binary binary -> isConstant(binary.left()) && isConstant(binary.right());
      case Expression.Logical logical -> isConstant(logical.left()) && isConstant(logical.right());
      case Expression.Cast cast -> isConstant(cast.operand());
      case Expression.Conditional conditional ->
          isConstant(conditional.test())
              && isConstant(conditional.then())
              && isConstant(conditional.otherwise());
      case Expression.Sequence sequence ->
          sequence.parts().stream().allMatch(ExpressionReader::isConstant);
    };
  }
}
