package org.relevo.app.view.part;

import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.scene.control.ChoiceBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.jmx.contract.NodeInfo;

/// Chooses one of the cluster's nodes; the first when none was chosen.
///
/// Owner: FX thread; [#id] may be read by any thread.
public final class NodeChoice {
  private final AppContext context;
  private final ChoiceBox<Integer> box = new ChoiceBox<>();
  private volatile int chosen;

  public NodeChoice(AppContext context, String id, Runnable onChange) {
    this.context = context;
    box.setId(id);
    box.setConverter(new Names());
    box.accessibleTextProperty().bind(context.texts().get("choice.node"));
    box.valueProperty()
        .addListener((_, _, value) -> {
          if (value != null && value != chosen) {
            chosen = value;
            onChange.run();
          }
        });
    context.model().nodes().addListener((ListChangeListener<NodeInfo>) _ -> fill());
    fill();
  }

  public ChoiceBox<Integer> node() {
    return box;
  }

  public int id() {
    return chosen;
  }

  public void choose(int nodeId) {
    if (box.getItems().contains(nodeId)) {
      box.setValue(nodeId);
    }
  }

  private void fill() {
    List<Integer> ids = context.model().nodes().stream().map(NodeInfo::id).toList();
    if (!box.getItems().equals(ids)) {
      Integer before = box.getValue();
      box.getItems().setAll(ids);
      box.setValue(before != null && ids.contains(before) ? before : first(ids));
    }
  }

  private static @Nullable Integer first(List<Integer> ids) {
    return ids.isEmpty() ? null : ids.getFirst();
  }

  private final class Names extends StringConverter<Integer> {
    @Override
    public String toString(@Nullable Integer id) {
      return id == null ? "" : context.model().nodeName(id);
    }

    @Override
    public Integer fromString(String name) {
      return context.model().nodes().stream()
          .filter(node -> node.name().equals(name))
          .map(NodeInfo::id)
          .findFirst()
          .orElse(0);
    }
  }
}
