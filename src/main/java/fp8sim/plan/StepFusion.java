package fp8sim.plan;

/** Which nodes of a network run in the step of another node. */
public enum StepFusion {
  /** Each node has a step of its own: what fused plans are compared with. */
  NONE,

  /** Element-wise nodes join the step of the only node that they read from. */
  ELEMENTWISE
}
