package fp8sim.data;

/**
 * How samples become batches.
 *
 * @param size samples per batch, at least 1
 * @param length to which the network wants sequences filled up; 0 if it takes any
 * @param unpadded whether a batch ends early where the next sequence is of another length
 */
public record Batching(int size, int length, boolean unpadded) {}
