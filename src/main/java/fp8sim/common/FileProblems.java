package fp8sim.common;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;

/** Turns failures of reading a file into one line with its name. */
public final class FileProblems {
  private FileProblems() {}

  public static Fp8simException unreadable(String file, IOException e) {
    return bad(file, reason(e), e);
  }

  /** Why an operation on a file failed, in one line without the file's name. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file or folder";
      case AccessDeniedException denied -> "permission denied";
      case EOFException end -> "truncated: the file ends too early";
      case ZipException zip -> "corrupt compressed data: " + zip.getMessage();
      default -> String.valueOf(e.getMessage()).lines().findFirst().orElse("read error");
    };
  }

  public static Fp8simException bad(String file, String why, Throwable cause) {
    return new Fp8simException(ExitCode.INPUT, file + ": " + why, cause);
  }

  public static Fp8simException bad(String file, String why) {
    return Fp8simException.input(file + ": " + why);
  }
}
