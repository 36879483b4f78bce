package fp8sim.multiplier.user;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The program of a {@link SourceProcess}. Numbers are big-endian.
 *
 * <p>Input: the file's name (UTF), the length of its text in UTF-8 and the text; then any number of
 * requests: length and elements of the first operands, length and elements of the second ones. The
 * answer to the class, and to each request, starts with a word: {@link #DONE}, and then whether the
 * method is one of codes (boolean), or all products row by row; or {@link #USAGE} or {@link
 * #INPUT}, and then a message (UTF). The process ends with its input.
 *
 * <p>What the class prints is dropped: standard output belongs to the answers.
 */
final class SourceServer {
  /** Words that text, which a class might print in spite of all, does not start with. */
  static final int DONE = 0x8F500001;

  static final int USAGE = 0x8F500002;
  static final int INPUT = 0x8F500003;

  /** Longer messages of exceptions are cut. */
  private static final int MAX_MESSAGE = 1000;

  private final String file;
  private final MethodHandle multiply;
  private final boolean onCodes;

  private SourceServer(String file, UserClass compiled) {
    this.file = file;
    MethodHandle codes = find(compiled, int.class);
    MethodHandle values = codes == null ? find(compiled, float.class) : codes;
    if (values == null) {
      throw Fp8simException.input(
          "multiplier source "
              + file
              + " has neither 'int multiply(int codeA, int codeB)'"
              + " nor 'float multiply(float a, float b)'");
    }
    multiply = values;
    onCodes = codes != null;
  }

  private @Nullable MethodHandle find(UserClass compiled, Class<?> type) {
    try {
      return compiled.find("multiply", type);
    } catch (Fp8simException e) {
      throw e;
    } catch (Throwable e) {
      throw threw("its class", e);
    }
  }

  public static void main(String[] words) throws IOException, InterruptedException {
    OutputStream answers = new FileOutputStream(FileDescriptor.out);
    BlockingQueue<int[]> operands = new LinkedBlockingQueue<>();
    DataInputStream input = new DataInputStream(new FileInputStream(FileDescriptor.in));
    System.setIn(InputStream.nullInputStream());
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    System.setErr(System.out);
    String file = input.readUTF();
    byte[] text = input.readNBytes(input.readInt());
    Thread.ofPlatform().name("input").daemon().start(() -> receive(input, operands));
    SourceServer[] server = new SourceServer[1];
    answer(
        answers,
        out -> {
          String source = new String(text, StandardCharsets.UTF_8);
          server[0] =
              new SourceServer(
                  file, UserClass.compile(UserPath.of("multiplier source", file), source));
          out.writeBoolean(server[0].onCodes);
        });
    while (true) {
      int[] a = operands.take();
      int[] w = operands.take();
      answer(answers, out -> server[0].multiply(a, w, out));
    }
  }

  /** Reads requests while the class runs, so that the end of input ends the process at once. */
  private static void receive(DataInputStream input, BlockingQueue<int[]> operands) {
    try {
      while (true) {
        int[] numbers = new int[input.readInt()];
        byte[] bytes = input.readNBytes(Integer.BYTES * numbers.length);
        ByteBuffer.wrap(bytes).asIntBuffer().get(numbers);
        operands.add(numbers);
      }
    } catch (EOFException e) {
      Runtime.getRuntime().halt(ExitCode.SUCCESS.code());
    } catch (IOException e) {
      Runtime.getRuntime().halt(ExitCode.INTERNAL.code());
    }
  }

  @FunctionalInterface
  private interface Answer {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static void answer(OutputStream answers, Answer answer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeInt(DONE);
      answer.writeTo(out);
    } catch (Fp8simException e) {
      bytes.reset();
      out.writeInt(e.exitCode() == ExitCode.USAGE ? USAGE : INPUT);
      String message = String.valueOf(e.getMessage());
      out.writeUTF(message.substring(0, Math.min(message.length(), MAX_MESSAGE)));
    }
    bytes.writeTo(answers);
    answers.flush();
  }

  private void multiply(int[] a, int[] w, DataOutputStream out) throws IOException {
    for (int first : a) {
      for (int second : w) {
        out.writeInt(onCodes ? product(first, second) : valueProduct(first, second));
      }
    }
  }

  private int product(int a, int w) {
    try {
      return (int) multiply.invokeExact(a, w);
    } catch (Throwable e) {
      throw threw("multiply(" + a + ", " + w + ")", e);
    }
  }

  private int valueProduct(int bitsA, int bitsW) {
    float a = Float.intBitsToFloat(bitsA);
    float w = Float.intBitsToFloat(bitsW);
    try {
      return Float.floatToRawIntBits((float) multiply.invokeExact(a, w));
    } catch (Throwable e) {
      throw threw("multiply(" + a + ", " + w + ")", e);
    }
  }

  private Fp8simException threw(String where, Throwable problem) {
    return Fp8simException.input(
        "multiplier source:file=" + file + ": " + where + " threw " + problem, problem);
  }
}
