/// The desktop application.
module org.relevo.app {
  requires static org.jspecify;
}
