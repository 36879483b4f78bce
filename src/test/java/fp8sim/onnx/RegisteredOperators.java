package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Set;

/** Which operators the importer knows, for tests in other packages. */
public final class RegisteredOperators {
  private RegisteredOperators() {}

  /** All of them, each as its domain (empty for ONNX's own), a colon and its name. */
  public static Set<String> names() {
    return OperatorTable.names();
  }

  /** Adds the operators of nodes and of the graphs in their attributes. */
  public static void addNames(List<NodeProto> nodes, Set<String> names) {
    for (NodeProto node : nodes) {
      names.add(NodeImporter.domain(node.getDomain()) + ":" + node.getOpType());
      for (AttributeProto attribute : node.getAttributeList()) {
        addNames(attribute.getG().getNodeList(), names);
      }
    }
  }
}
