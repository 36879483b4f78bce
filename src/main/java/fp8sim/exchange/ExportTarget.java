package fp8sim.exchange;

/**
 * For whom a network is exported.
 *
 * @param dialect how quantizers are written
 * @param newestOpset of ONNX that the file may need
 */
public record ExportTarget(Dialect dialect, int newestOpset) {}
