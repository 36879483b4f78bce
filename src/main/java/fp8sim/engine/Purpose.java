package fp8sim.engine;

/** What a network is compiled for. */
enum Purpose {
  /** To compute outputs. */
  INFERENCE,

  /** To find ranges: quantizers update theirs with what passes, and products are exact. */
  CALIBRATION,

  /** To measure the statistics of batches, by which BatchNormalization normalizes meanwhile. */
  BATCH_STATISTICS
}
