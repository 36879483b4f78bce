package fp8sim.multiplier.user.c;

import fp8sim.multiplier.user.syntax.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The words in front of a declaration: a type, and what is said about it. */
final class Specifiers {
  private static final Set<String> VOID = Set.of("void");

  private final SourceText source;
  private final int line;
  private final List<String> types = new ArrayList<>();
  private final List<String> qualifiers = new ArrayList<>();

  Specifiers(SourceText source, List<IntegerCParser.SpecifierContext> words) {
    this.source = source;
    line = words.getFirst().getStart().getLine();
    for (IntegerCParser.SpecifierContext word : words) {
      (word.TypeWord() == null ? qualifiers : types).add(word.getText());
    }
  }

  boolean isVoid() {
    return VOID.equals(Set.copyOf(types));
  }

  boolean isConstant() {
    return qualifiers.contains("const");
  }

  boolean isStatic() {
    return qualifiers.contains("static");
  }

  CType type() {
    return CType.of(types)
        .orElseThrow(
            () -> source.error(line, "\"" + String.join(" ", types) + "\" is no type of integers"));
  }
}
