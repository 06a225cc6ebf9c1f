/// The desktop application.
module org.relevo.app {
  requires static org.jspecify;
  requires atlantafx.base;
  requires com.jcraft.jsch;
  requires java.desktop;
  requires java.management;
  requires javafx.controls;
  requires javafx.fxml;
  requires javafx.swing;
  requires org.controlsfx.controls;
  requires org.jfree.chart.fx;
  requires org.jfree.jfreechart;
  requires org.relevo.jmx;
  requires org.slf4j;
  requires tools.jackson.databind;

  exports org.relevo.app to
      javafx.graphics;

  opens org.relevo.app.model to
      tools.jackson.databind;
  opens org.relevo.app.frame to
      javafx.fxml;
  opens org.relevo.app.view.connect to
      javafx.fxml;
  opens org.relevo.app.view.consistency to
      javafx.fxml;
  opens org.relevo.app.view.dashboard to
      javafx.fxml;
  opens org.relevo.app.view.logs to
      javafx.fxml;
  opens org.relevo.app.view.nodes to
      javafx.fxml;
  opens org.relevo.app.view.switchover to
      javafx.fxml;
}
