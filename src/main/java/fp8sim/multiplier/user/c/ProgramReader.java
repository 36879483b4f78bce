package fp8sim.multiplier.user.c;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.user.syntax.SourceText;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Makes a program of the text of a C file. */
final class ProgramReader {
  /** Elements of one constant array. */
  private static final int MAX_LENGTH = 1 << 20;

  private final SourceText source;
  private final CScope scope;
  private final ExpressionReader expressions;
  private final List<CFunction> functions = new ArrayList<>();

  /** What the function that is being read returns. */
  private CType returned = CType.INT;

  private ProgramReader(SourceText source) {
    this.source = source;
    scope = new CScope(source);
    expressions = new ExpressionReader(source, scope);
  }

  /**
   * The program of a file.
   *
   * @throws Fp8simException (input) one line with the line of what is wrong or not supported
   */
  static Program read(SourceText source) {
    List<Token> tokens = Preprocessor.tokens(source);
    source.checkNesting(tokens);
    for (Token token : tokens) {
      if (token.getType() == IntegerCLexer.Unsupported) {
        throw source.error(token.getLine(), "\"" + token.getText() + "\" is not supported");
      }
    }
    IntegerCParser parser = new IntegerCParser(new CommonTokenStream(new ListTokenSource(tokens)));
    return source.parse(parser, start -> new ProgramReader(source).program(start.file()));
  }

  private Program program(IntegerCParser.FileContext file) {
    for (var child : file.children) {
      if (child instanceof IntegerCParser.FunctionContext function) {
        function(function);
      } else if (child instanceof IntegerCParser.DeclarationContext declaration) {
        declare(declaration, new ArrayList<>());
      }
    }
    List<CFunction> uncalled =
        functions.stream().filter(function -> !expressions.isCalled(function)).toList();
    return new Program(source, functions, uncalled, scope.slots());
  }

  private void function(IntegerCParser.FunctionContext context) {
    int line = context.getStart().getLine();
    if (context.block() == null) {
      return;
    }
    String name = context.Identifier().getText();
    if (expressions.knows(name)) {
      throw source.error(line, "function \"" + name + "\" is defined twice");
    }
    scope.enter();
    expressions.begin();
    returned = new Specifiers(source, context.specifier()).type();
    List<Expression.Variable> parameters = new ArrayList<>();
    if (context.parameters() != null && !isVoid(context.parameters())) {
      for (IntegerCParser.ParameterContext parameter : context.parameters().parameter()) {
        parameters.add(parameter(parameter));
      }
    }
    CFunction function = new CFunction(name, returned, parameters, scope.slot(line), line);
    function.setBody(block(context.block()));
    scope.leave();
    expressions.add(function);
    functions.add(function);
  }

  private boolean isVoid(IntegerCParser.ParametersContext parameters) {
    return parameters.parameter().size() == 1
        && parameters.parameter(0).Identifier() == null
        && new Specifiers(source, parameters.parameter(0).specifier()).isVoid();
  }

  private Expression.Variable parameter(IntegerCParser.ParameterContext context) {
    int line = context.getStart().getLine();
    CType type = new Specifiers(source, context.specifier()).type();
    if (context.Identifier() == null) {
      throw source.error(line, "a parameter has no name");
    }
    String name = context.Identifier().getText();
    Expression.Variable variable = scope.variable(name, type, line);
    scope.name(name, new CScope.OfVariable(variable), line);
    return variable;
  }

  private Statement.Block block(IntegerCParser.BlockContext context) {
    scope.enter();
    List<Statement> statements = new ArrayList<>();
    for (IntegerCParser.StatementContext statement : context.statement()) {
      add(statement, statements);
    }
    scope.leave();
    return new Statement.Block(statements);
  }

  private Statement statement(IntegerCParser.StatementContext context) {
    List<Statement> statements = new ArrayList<>();
    scope.enter();
    add(context, statements);
    scope.leave();
    return statements.size() == 1 ? statements.getFirst() : new Statement.Block(statements);
  }

  private void add(IntegerCParser.StatementContext context, List<Statement> to) {
    expressions.down(context);
    int line = context.getStart().getLine();
    switch (context) {
      case IntegerCParser.InnerContext inner -> to.add(block(inner.block()));
      case IntegerCParser.DeclareContext declare -> declare(declare.declaration(), to);
      case IntegerCParser.EvaluateContext evaluate -> evaluate(evaluate.list(), to);
      case IntegerCParser.ChooseContext choose -> {
        Statement otherwise = choose.statement().size() > 1 ? statement(choose.statement(1)) : null;
        to.add(
            new Statement.Choice(
                expressions.list(choose.list()), statement(choose.statement(0)), otherwise));
      }
      case IntegerCParser.WhileLoopContext loop ->
          to.add(
              new Statement.Loop(
                  expressions.list(loop.list()), true, statement(loop.statement()), null, line));
      case IntegerCParser.DoLoopContext loop ->
          to.add(
              new Statement.Loop(
                  expressions.list(loop.list()), false, statement(loop.statement()), null, line));
      case IntegerCParser.ForLoopContext loop -> to.add(forLoop(loop, line));
      case IntegerCParser.LeaveContext _ -> to.add(new Statement.Break());
      case IntegerCParser.SkipRestContext _ -> to.add(new Statement.Continue());
      case IntegerCParser.GiveBackContext giveBack -> {
        if (giveBack.list() == null) {
          throw source.error(line, "return without a value");
        }
        to.add(
            new Statement.Return(
                ExpressionReader.cast(expressions.list(giveBack.list()), returned)));
      }
      default -> throw new IllegalStateException(context.getClass().getName());
    }
    expressions.up();
  }

  private void evaluate(IntegerCParser.@Nullable ListContext list, List<Statement> to) {
    if (list != null) {
      to.add(new Statement.Evaluation(expressions.list(list)));
    }
  }

  private Statement forLoop(IntegerCParser.ForLoopContext loop, int line) {
    scope.enter();
    List<Statement> statements = new ArrayList<>();
    if (loop.declaration() == null) {
      evaluate(loop.first, statements);
    } else {
      declare(loop.declaration(), statements);
    }
    Expression test =
        loop.test == null ? new Expression.Constant(1, CType.INT) : expressions.list(loop.test);
    Expression next = loop.next == null ? null : expressions.list(loop.next);
    statements.add(new Statement.Loop(test, true, statement(loop.statement()), next, line));
    scope.leave();
    return new Statement.Block(statements);
  }

  private void declare(IntegerCParser.DeclarationContext context, List<Statement> to) {
    Specifiers specifiers = new Specifiers(source, context.specifier());
    CType type = specifiers.type();
    boolean isFixed = specifiers.isConstant() && (scope.isOutside() || specifiers.isStatic());
    if (!isFixed && (scope.isOutside() || specifiers.isStatic())) {
      throw source.error(
          context.getStart().getLine(),
          "variables that outlive a call must be const: a product depends on its operands only");
    }
    for (IntegerCParser.DeclaratorContext declarator : context.declarator()) {
      if (declarator.dimension().isEmpty()) {
        declareVariable(declarator, type, isFixed, to);
      } else {
        declareArray(declarator, specifiers, isFixed, to);
      }
    }
  }

  private void declareVariable(
      IntegerCParser.DeclaratorContext context, CType type, boolean isFixed, List<Statement> to) {
    int line = context.getStart().getLine();
    String name = context.Identifier().getText();
    IntegerCParser.InitializerContext initializer = context.initializer();
    if (initializer != null && initializer.expression() == null) {
      throw source.error(line, "\"" + name + "\" is no array");
    }
    if (isFixed) {
      Expression value =
          initializer == null
              ? new Expression.Constant(0, type)
              : ExpressionReader.cast(expressions.read(initializer.expression()), type);
      Expression.Constant constant =
          new Expression.Constant(expressions.constant(value, line), type);
      scope.name(name, new CScope.OfConstant(constant), line);
      return;
    }
    Expression.Variable variable = scope.variable(name, type, line);
    to.add(new Statement.Declaration(variable));
    if (initializer == null) {
      scope.name(name, new CScope.OfVariable(variable), line);
      return;
    }
    Expression value = ExpressionReader.cast(expressions.read(initializer.expression()), type);
    scope.name(name, new CScope.OfVariable(variable), line);
    to.add(new Statement.Evaluation(new Expression.Assignment(variable, value)));
  }

  private void declareArray(
      IntegerCParser.DeclaratorContext context,
      Specifiers specifiers,
      boolean isFixed,
      List<Statement> to) {
    CType type = specifiers.type();
    int line = context.getStart().getLine();
    String name = context.Identifier().getText();
    List<Integer> lengths = lengths(context, line);
    int length = elements(lengths, line);
    List<@Nullable Expression> values = new ArrayList<>();
    if (context.initializer() != null) {
      fill(context.initializer(), lengths, 0, values, line);
    }
    boolean areKnown =
        values.stream().allMatch(value -> value == null || ExpressionReader.isConstant(value));
    if (isFixed || (specifiers.isConstant() && areKnown)) {
      long[] constants = new long[length];
      for (int i = 0; i < values.size(); i++) {
        Expression value = values.get(i);
        constants[i] =
            value == null ? 0 : expressions.constant(ExpressionReader.cast(value, type), line);
      }
      ConstantArray array = new ConstantArray(name, constants, type);
      scope.name(name, new CScope.OfConstantArray(array, lengths), line);
      return;
    }
    CArray array = scope.array(name, type, length, line);
    scope.name(name, new CScope.OfArray(array, lengths), line);
    to.add(new Statement.ArrayDeclaration(array));
    for (int i = 0; i < values.size(); i++) {
      Expression value = values.get(i);
      if (value != null) {
        Expression.Element element =
            new Expression.Element(array, new Expression.Constant(i, CType.LONG), line);
        to.add(
            new Statement.Evaluation(
                new Expression.Assignment(element, ExpressionReader.cast(value, type))));
      }
    }
  }

  private List<Integer> lengths(IntegerCParser.DeclaratorContext context, int line) {
    List<Integer> lengths = new ArrayList<>();
    for (IntegerCParser.DimensionContext dimension : context.dimension()) {
      long length;
      if (dimension.expression() != null) {
        Expression read = expressions.read(dimension.expression());
        length = expressions.constant(ExpressionReader.cast(read, CType.LONG), line);
      } else if (lengths.isEmpty() && context.initializer() != null) {
        length = context.initializer().initializer().size();
      } else {
        throw source.error(line, "the length of an array is missing");
      }
      if (length < 1 || length > MAX_LENGTH) {
        throw source.error(line, "an array has 1 to " + MAX_LENGTH + " elements, not " + length);
      }
      lengths.add((int) length);
    }
    return lengths;
  }

  private int elements(List<Integer> lengths, int line) {
    long product = 1;
    for (int length : lengths) {
      product *= length;
      if (product > MAX_LENGTH) {
        throw source.error(line, "an array has 1 to " + MAX_LENGTH + " elements");
      }
    }
    return (int) product;
  }

  /** Adds the values of one dimension and what is within, with nulls where none is given. */
  private void fill(
      IntegerCParser.InitializerContext context,
      List<Integer> lengths,
      int dimension,
      List<@Nullable Expression> values,
      int line) {
    boolean isElement = dimension == lengths.size();
    if (isElement != (context.expression() != null)) {
      throw source.error(
          context.getStart().getLine(), "braces do not match the dimensions of the array");
    }
    if (isElement) {
      values.add(expressions.read(context.expression()));
      return;
    }
    if (context.initializer().size() > lengths.get(dimension)) {
      throw source.error(context.getStart().getLine(), "more values than elements");
    }
    int first = values.size();
    for (IntegerCParser.InitializerContext part : context.initializer()) {
      fill(part, lengths, dimension + 1, values, line);
    }
    int whole = elements(lengths.subList(dimension, lengths.size()), line);
    while (values.size() < first + whole) {
      values.add(null);
    }
  }
}
