package fp8sim.multiplier.user.syntax;

import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Lexer;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.jspecify.annotations.Nullable;

/**
 * A file of a user that is read by a grammar. The first thing that the grammar does not know is the
 * error, with its line; what nests too deeply is one too.
 *
 * @param name for messages
 */
public record SourceText(String name, String text) {
  private static final String OPEN = "([{";
  private static final String CLOSED = ")]}";

  /** Brackets within brackets; parsers need some kilobytes of stack for each. */
  private static final int MAX_NESTING = 200;

  /** Enough for rules that recurse without brackets, such as a chain of else and if. */
  private static final long STACK_BYTES = 1L << 27;

  private static final int SHOWN = 40;

  /**
   * Reads a file.
   *
   * @param kind what it is, for messages
   * @param maxBytes its largest size
   * @throws Fp8simException (input) if it cannot be read, is larger, or is not UTF-8
   */
  public static SourceText read(String kind, Path file, long maxBytes) {
    String name = kind + " " + file;
    try {
      if (Files.isRegularFile(file) && Files.size(file) > maxBytes) {
        throw FileProblems.bad(name, "is larger than " + (maxBytes >> 10) + " KiB");
      }
      return new SourceText(name, Files.readString(file));
    } catch (CharacterCodingException e) {
      throw FileProblems.bad(name, "not UTF-8 text", e);
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    }
  }

  /** The tokens of the text, on all channels, the last one being the end of the file. */
  public List<Token> tokens(Function<CharStream, Lexer> lexer) {
    Lexer recognizer = lexer.apply(CharStreams.fromString(text, name));
    listen(recognizer);
    List<Token> tokens = new ArrayList<>(recognizer.getAllTokens());
    tokens.add(recognizer.nextToken());
    return tokens;
  }

  /**
   * Parses, on a stack of its own.
   *
   * @param parser over tokens that were checked by {@link #checkNesting}
   * @param start applies the first rule, and makes what is asked for of its tree
   */
  public <P extends Parser, T> T parse(P parser, Function<P, T> start) {
    listen(parser);
    // Without the stack of rules, which makes long chains of else take quadratic time.
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    Outcome<T> outcome = new Outcome<>();
    Thread thread =
        new Thread(null, () -> outcome.fill(() -> start.apply(parser)), "parser", STACK_BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FileProblems.bad(name, "interrupted while it was read", e);
    }
    return outcome.get(this);
  }

  /** What a thread computed, or how it failed. */
  private static final class Outcome<T> {
    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean isTooDeep;

    void fill(Supplier<T> supplier) {
      try {
        value = supplier.get();
      } catch (StackOverflowError e) {
        isTooDeep = true;
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }

    T get(SourceText source) {
      if (isTooDeep) {
        throw FileProblems.bad(source.name, "nests too deeply");
      }
      switch (failure) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
      return Objects.requireNonNull(value, source.name);
    }
  }

  /**
   * Checks how deep brackets stand within brackets.
   *
   * @throws Fp8simException (input) with the line where they are too deep
   */
  public void checkNesting(List<Token> tokens) {
    int depth = 0;
    for (Token token : tokens) {
      String word = token.getText();
      if (word.length() == 1 && OPEN.contains(word)) {
        depth++;
      } else if (word.length() == 1 && CLOSED.contains(word)) {
        depth--;
      }
      if (depth > MAX_NESTING) {
        throw error(token.getLine(), "more than " + MAX_NESTING + " brackets within brackets");
      }
    }
  }

  /** The failure that something is wrong in a line. */
  public Fp8simException error(int line, String problem) {
    return FileProblems.bad(name, "line " + line + ": " + problem);
  }

  private void listen(Recognizer<?, ?> recognizer) {
    recognizer.removeErrorListeners();
    recognizer.addErrorListener(
        new BaseErrorListener() {
          @Override
          public void syntaxError(
              Recognizer<?, ?> source,
              @Nullable Object symbol,
              int line,
              int column,
              String message,
              @Nullable RecognitionException e) {
            throw error(line, symbol instanceof Token token ? unexpected(token) : message);
          }
        });
  }

  private static String unexpected(Token token) {
    if (token.getType() == Token.EOF) {
      return "the file ends too early";
    }
    String word = token.getText();
    return "unexpected \""
        + (word.length() > SHOWN ? word.substring(0, SHOWN) + "..." : word)
        + "\"";
  }
}
