package fp8sim.format;

/** IEEE binary32: nothing is quantized. */
public record Float32() implements Format {
  @Override
  public String name() {
    return "fp32";
  }

  @Override
  public int bits() {
    return Float.SIZE;
  }
}
