package fp8sim.graph;

/**
 * Convolution: {@code x [N,C,d...], weight [M,C/group,k...], bias? [M] -> y [N,M,o...]}, one to
 * three spatial axes.
 */
public record Conv(Window window, int group) implements Op {}
