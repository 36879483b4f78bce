package fp8sim.multiplier.user.c;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A function; its body follows its declaration. */
final class CFunction {
  private final String name;
  private final CType type;
  private final List<Expression.Variable> parameters;
  private final int result;
  private final int line;
  private @Nullable Statement body;

  /**
   * A function without a body.
   *
   * @param result slot of what it returns
   */
  CFunction(String name, CType type, List<Expression.Variable> parameters, int result, int line) {
    this.name = name;
    this.type = type;
    this.parameters = List.copyOf(parameters);
    this.result = result;
    this.line = line;
  }

  void setBody(Statement statement) {
    body = statement;
  }

  boolean hasBody() {
    return body != null;
  }

  Statement body() {
    return Objects.requireNonNull(body, name);
  }

  String name() {
    return name;
  }

  CType type() {
    return type;
  }

  List<Expression.Variable> parameters() {
    return parameters;
  }

  int result() {
    return result;
  }

  int line() {
    return line;
  }
}
