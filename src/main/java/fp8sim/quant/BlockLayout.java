package fp8sim.quant;

import fp8sim.format.BlockQuantizer;
import fp8sim.tensor.Shape;

/**
 * Where the blocks of a tensor lie. A line holds the elements that differ in their index along the
 * axis only; it is cut into blocks from its start, so that its last block may be shorter.
 *
 * @param lines number of lines
 * @param length of a line
 * @param stride from one element of a line to the next; as many lines lie side by side
 * @param size elements of a block
 */
public record BlockLayout(int lines, int length, int stride, int size) {
  /** What is done with a block of {@code count} elements, the first of them at {@code first}. */
  @FunctionalInterface
  public interface Visitor {
    void visit(int first, int count);
  }

  /** The blocks of a quantizer in a tensor; of a scalar it is one block. */
  public static BlockLayout of(BlockQuantizer quantizer, Shape shape) {
    int rank = shape.rank();
    int size = quantizer.format().size();
    if (rank == 0) {
      return new BlockLayout(1, 1, 1, size);
    }
    int axis = quantizer.axis() < 0 ? quantizer.axis() + rank : quantizer.axis();
    if (axis < 0 || axis >= rank) {
      throw new IllegalArgumentException("no axis " + quantizer.axis() + " in " + shape);
    }
    int length = shape.dim(axis);
    int lines = length == 0 ? 0 : shape.elements() / length;
    return new BlockLayout(lines, length, shape.elements(axis + 1, rank), size);
  }

  /** Blocks of a line. */
  public int blocksPerLine() {
    return (length + size - 1) / size;
  }

  /** Blocks of the tensor. */
  public int blocks() {
    return lines * blocksPerLine();
  }

  /** Visits the blocks of a line in order. */
  public void forEach(int line, Visitor visitor) {
    int start = line / stride * length * stride + line % stride;
    for (int i = 0; i < length; i += size) {
      visitor.visit(start + i * stride, Math.min(size, length - i));
    }
  }

  /**
   * The block of an element. Blocks are counted as the elements of a tensor that has the number of
   * blocks in place of the axis.
   *
   * @param index of the element in row-major order
   */
  public int block(int index) {
    int outer = index / stride / length;
    int along = index / stride % length;
    return (outer * blocksPerLine() + along / size) * stride + index % stride;
  }
}
