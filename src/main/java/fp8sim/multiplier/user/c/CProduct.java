package fp8sim.multiplier.user.c;

import fp8sim.common.FileProblems;
import fp8sim.common.UserPath;
import fp8sim.multiplier.CostComments;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.MultiplierOptions;
import fp8sim.multiplier.user.FileNames;
import fp8sim.multiplier.user.FunctionOperands;
import fp8sim.multiplier.user.FunctionProduct;
import fp8sim.multiplier.user.PairFunction;
import fp8sim.multiplier.user.syntax.SourceText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A multiplier that is a function of a C file, such as those of EvoApproxLib. The file is read and
 * interpreted here; nothing of it runs outside of {@link CMachine}.
 */
public final class CProduct {
  private static final long MAX_BYTES = 1 << 20;

  /** Pairs that a machine computes at once; their variables fit the second-level cache. */
  private static final int LANES = 512;

  /**
   * The names that second operands have; a first parameter of such a name is the second operand.
   */
  private static final Pattern SECOND = Pattern.compile("(?i)(b|y|w|weight|in_?b|op_?b|b_?in)");

  private static final Pattern FIRST = Pattern.compile("(?i)(a|x|act|in_?a|op_?a|a_?in)");

  public static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "c",
          "file=F.c,function=NAME,a=NAME," + FunctionOperands.OPTIONS,
          "a function of integers in C, interpreted here: EvoApproxLib's files and models by hand",
          new MultiplierEntry.Help(
              "what the function returns for the two operands",
              "your own file, EvoApproxLib",
              "c:file=mul8s_1KV8.c"),
          CProduct::read);

  private CProduct() {}

  private static Multiplier read(MultiplierOptions options) {
    String file = options.required("file");
    Path path = UserPath.of("multiplier", file);
    SourceText source = SourceText.read("multiplier", path, MAX_BYTES);
    Program program = ProgramReader.read(source);
    Optional<String> named = options.optionalText("function");
    CFunction function = function(program, named);
    Expression.Variable first = function.parameters().get(0);
    Expression.Variable second = function.parameters().get(1);
    Optional<String> nameOfA = options.optionalText("a");
    boolean isSwapped = isSwapped(source, function, nameOfA);
    Expression.Variable a = isSwapped ? second : first;
    Expression.Variable b = isSwapped ? first : second;
    FunctionOperands operands =
        FunctionOperands.read(
            options, file, width(a), width(b), a.type().signed() && b.type().signed());
    requireRoom(source, a, operands.bitsA(), operands.signed());
    requireRoom(source, b, operands.bitsB(), operands.signed());
    String name =
        "c:file="
            + FileNames.bracketed(file)
            + named.map(text -> ",function=" + text).orElse("")
            + nameOfA.map(text -> ",a=" + text).orElse("")
            + ","
            + operands.specification();
    return new FunctionProduct(
        name,
        path,
        source.text(),
        operands,
        "A is %s and B is %s of %s".formatted(a.name(), b.name(), function.name()),
        CostComments.read(source.name(), source.text()),
        pairs(program, function, operands, isSwapped));
  }

  private static CFunction function(Program program, Optional<String> named) {
    SourceText source = program.source();
    CFunction function =
        named
            .map(name -> byName(program, name))
            .orElseGet(
                () ->
                    program.uncalled().stream()
                        .filter(candidate -> candidate.parameters().size() == 2)
                        .reduce((before, last) -> last)
                        .orElseThrow(
                            () ->
                                FileProblems.bad(
                                    source.name(), "defines no function of two integers")));
    if (function.parameters().size() != 2) {
      throw source.error(
          function.line(), "function \"" + function.name() + "\" has not two parameters");
    }
    return function;
  }

  private static CFunction byName(Program program, String name) {
    List<String> names = program.functions().stream().map(CFunction::name).toList();
    int index = names.indexOf(name);
    if (index < 0) {
      throw FileProblems.bad(
          program.source().name(),
          "defines no function \"" + name + "\", but " + String.join(", ", names));
    }
    return program.functions().get(index);
  }

  /** Whether the second parameter is the first operand. */
  private static boolean isSwapped(
      SourceText source, CFunction function, Optional<String> nameOfA) {
    String first = function.parameters().get(0).name();
    String second = function.parameters().get(1).name();
    if (nameOfA.isEmpty()) {
      return SECOND.matcher(first).matches() && FIRST.matcher(second).matches();
    }
    String wanted = nameOfA.get();
    if (!wanted.equals(first) && !wanted.equals(second)) {
      throw source.error(
          function.line(),
          "no parameter is named \"%s\", but \"%s\" and \"%s\"".formatted(wanted, first, second));
    }
    return wanted.equals(second);
  }

  private static OptionalInt width(Expression.Variable parameter) {
    int bits = parameter.type().bits();
    return bits == Byte.SIZE ? OptionalInt.of(bits) : OptionalInt.empty();
  }

  private static void requireRoom(
      SourceText source, Expression.Variable parameter, int bits, boolean signed) {
    CType type = parameter.type();
    int room = type.bits() - (type.signed() && !signed ? 1 : 0);
    if (bits > room) {
      throw source.error(
          parameter.line(),
          "parameter \"%s\" has no room for %s operands of %d bits"
              .formatted(parameter.name(), signed ? "signed" : "unsigned", bits));
    }
  }

  private static PairFunction pairs(
      Program program, CFunction function, FunctionOperands operands, boolean isSwapped) {
    return (a, b, products) -> {
      int lanes = Math.min(LANES, a.length);
      CMachine machine = new CMachine(program, lanes);
      List<Expression.Variable> parameters = function.parameters();
      CType typeOfA = parameters.get(isSwapped ? 1 : 0).type();
      CType typeOfB = parameters.get(isSwapped ? 0 : 1).type();
      long[] results = new long[lanes];
      for (int from = 0; from < a.length; from += lanes) {
        long[] argumentA = new long[lanes];
        long[] argumentB = new long[lanes];
        for (int i = 0; i < lanes; i++) {
          argumentA[i] = typeOfA.signed() ? operands.integerA(a[from + i]) : a[from + i];
          argumentB[i] = typeOfB.signed() ? operands.integerB(b[from + i]) : b[from + i];
        }
        machine.run(
            function,
            isSwapped ? List.of(argumentB, argumentA) : List.of(argumentA, argumentB),
            results);
        for (int i = 0; i < lanes; i++) {
          products[from + i] =
              operands.signed() && !function.type().signed()
                  ? operands.product(results[i])
                  : results[i];
        }
      }
    };
  }
}
