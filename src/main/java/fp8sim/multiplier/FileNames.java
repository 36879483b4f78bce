package fp8sim.multiplier;

/** File names among the {@code key=value} pairs of a multiplier. */
final class FileNames {
  private FileNames() {}

  /** The name as a specification has it: in square brackets if it holds a comma. */
  static String bracketed(String file) {
    return file.indexOf(',') < 0 ? file : "[" + file + "]";
  }
}
