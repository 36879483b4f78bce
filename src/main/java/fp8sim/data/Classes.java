package fp8sim.data;

/**
 * The classes of a dataset.
 *
 * @param count labels are below this; 0: not known
 * @param labelOffset added to a label to get the index of its output
 * @param offsetStated whether a description or a card names the offset
 */
public record Classes(int count, int labelOffset, boolean offsetStated) {
  public boolean isKnown() {
    return count > 0;
  }

  /** How many outputs a network of these classes has, if their number is known. */
  public int outputs() {
    return count + labelOffset;
  }
}
