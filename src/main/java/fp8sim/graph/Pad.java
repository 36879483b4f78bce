package fp8sim.graph;

/** Adds a border: {@code x, pads, value?, axes? -> y}. */
public record Pad(Mode mode) implements Op {
  /** What the border holds. */
  public enum Mode {
    CONSTANT,
    EDGE,
    REFLECT,
    WRAP
  }
}
