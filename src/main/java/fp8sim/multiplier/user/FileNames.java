package fp8sim.multiplier.user;

/** File names among the {@code key=value} pairs of a multiplier. */
public final class FileNames {
  private FileNames() {}

  /** The name as a specification has it: in square brackets if it holds a comma. */
  public static String bracketed(String file) {
    return file.indexOf(',') < 0 ? file : "[" + file + "]";
  }
}
