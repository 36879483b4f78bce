package fp8sim.multiplier.user.c;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.user.syntax.SourceText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that a C file is parsed from. Constants of {@code #define} are put in, {@code #ifdef},
 * {@code #ifndef}, {@code #else} and {@code #endif} choose lines, {@code #include}, {@code #pragma}
 * and {@code #undef} of nothing are passed over; names of {@code typedef} become types.
 */
final class Preprocessor {
  /** Constants within constants may not make more tokens than this. */
  private static final int MAX_TOKENS = 1 << 20;

  private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([a-z]+)(?s:(.*))");
  private static final Pattern DEFINITION = Pattern.compile("\\s+([A-Za-z_]\\w*)((?s:.*))");

  private final SourceText source;
  private final Map<String, List<Token>> constants = new HashMap<>();
  private final List<Token> tokens = new ArrayList<>();

  /** For each condition that is open, whether its lines are taken. */
  private final List<Boolean> conditions = new ArrayList<>();

  private Preprocessor(SourceText source) {
    this.source = source;
  }

  /**
   * The tokens of a file, the last one being its end.
   *
   * @throws Fp8simException (input) one line with the line of what is not supported
   */
  static List<Token> tokens(SourceText source) {
    Preprocessor preprocessor = new Preprocessor(source);
    List<Token> all = source.tokens(IntegerCLexer::new);
    for (Token token : all) {
      preprocessor.add(token);
    }
    if (!preprocessor.conditions.isEmpty()) {
      throw source.error(all.getLast().getLine(), "an #ifdef or #ifndef has no #endif");
    }
    return preprocessor.withoutTypedefs();
  }

  private void add(Token token) {
    if (token.getType() == IntegerCLexer.Directive) {
      directive(token);
    } else if (token.getChannel() == Token.DEFAULT_CHANNEL && isTaken()) {
      expand(token, token.getLine(), new HashSet<>());
    }
  }

  private boolean isTaken() {
    return conditions.stream().allMatch(taken -> taken);
  }

  private void directive(Token token) {
    Matcher matcher = DIRECTIVE.matcher(token.getText().replaceAll("\\\\\r?\n", " "));
    if (!matcher.matches()) {
      throw source.error(token.getLine(), "not a directive: " + token.getText().strip());
    }
    String rest = matcher.group(2);
    switch (matcher.group(1)) {
      case "ifdef" -> conditions.add(constants.containsKey(name(rest)));
      case "ifndef" -> conditions.add(!constants.containsKey(name(rest)));
      case "else" -> conditions.add(!lastCondition(token));
      case "endif" -> lastCondition(token);
      case "define" -> {
        if (isTaken()) {
          define(token, rest);
        }
      }
      case "undef" -> {
        if (isTaken()) {
          constants.remove(name(rest));
        }
      }
      case "include", "pragma" -> {}
      default -> throw source.error(token.getLine(), "#" + matcher.group(1) + " is not supported");
    }
  }

  private static String name(String rest) {
    return rest.replaceAll("/\\*.*?\\*/|//.*", " ").strip();
  }

  private boolean lastCondition(Token token) {
    if (conditions.isEmpty()) {
      throw source.error(token.getLine(), "there is no #ifdef or #ifndef for this");
    }
    return conditions.removeLast();
  }

  private void define(Token token, String rest) {
    Matcher matcher = DEFINITION.matcher(rest);
    if (!matcher.matches() || matcher.group(2).startsWith("(")) {
      throw source.error(
          token.getLine(), "only constants can be defined, not macros of parameters");
    }
    List<Token> value = new ArrayList<>();
    for (Token part : new SourceText(source.name(), matcher.group(2)).tokens(IntegerCLexer::new)) {
      if (part.getChannel() == Token.DEFAULT_CHANNEL && part.getType() != Token.EOF) {
        value.add(part);
      }
    }
    constants.put(matcher.group(1), value);
  }

  private void expand(Token token, int line, Set<String> open) {
    List<Token> value =
        token.getType() == IntegerCLexer.Identifier ? constants.get(token.getText()) : null;
    if (value != null && open.add(token.getText())) {
      for (Token part : value) {
        expand(part, line, open);
      }
      open.remove(token.getText());
      return;
    }
    if (tokens.size() > MAX_TOKENS) {
      throw source.error(line, "the file has more than " + MAX_TOKENS + " words");
    }
    CommonToken taken = new CommonToken(token);
    taken.setLine(line);
    tokens.add(taken);
  }

  /** Takes {@code typedef} declarations out, and makes the names of types words of types. */
  private List<Token> withoutTypedefs() {
    Map<String, List<Token>> named = new HashMap<>();
    List<Token> result = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.getType() == IntegerCLexer.Typedef) {
        i = typedef(i, named);
        continue;
      }
      List<Token> type =
          token.getType() == IntegerCLexer.Identifier ? named.get(token.getText()) : null;
      if (type == null) {
        result.add(at(token, token.getLine()));
      } else {
        type.forEach(word -> result.add(at(word, token.getLine())));
      }
    }
    for (int i = 0; i < result.size(); i++) {
      ((CommonToken) result.get(i)).setTokenIndex(i);
    }
    return result;
  }

  private static Token at(Token token, int line) {
    CommonToken copy = new CommonToken(token);
    copy.setLine(line);
    return copy;
  }

  /** Reads {@code typedef unsigned char u8;}; gives the index of its end. */
  private int typedef(int first, Map<String, List<Token>> named) {
    List<Token> type = new ArrayList<>();
    @Nullable Token name = null;
    int i = first + 1;
    for (; tokens.get(i).getType() != Token.EOF && !tokens.get(i).getText().equals(";"); i++) {
      Token token = tokens.get(i);
      List<Token> known = named.get(token.getText());
      if (token.getType() == IntegerCLexer.TypeWord) {
        type.add(token);
      } else if (known != null && name == null) {
        type.addAll(known);
      } else if (token.getType() == IntegerCLexer.Identifier && name == null) {
        name = token;
      } else if (token.getType() != IntegerCLexer.Qualifier) {
        throw source.error(token.getLine(), "only types of integers can be named by typedef");
      }
    }
    if (name == null || CType.of(type.stream().map(Token::getText).toList()).isEmpty()) {
      throw source.error(
          tokens.get(first).getLine(), "only types of integers can be named by typedef");
    }
    named.put(name.getText(), type);
    return i;
  }
}
