package org.relevo.jmx.ctl;

import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.PoolInfo;
import picocli.CommandLine.Command;

/// `pool`.
@Command(name = "pool", description = "Clients and server connections.")
final class PoolCommand extends RemoteCommand {
  @Override
  int run(JmxConnection service, Output output) {
    PoolInfo pool = service.pool().getInfo();
    if (output.json()) {
      output.json(pool);
      return ExitCode.DONE;
    }
    output.fields(
        List.of(
            List.of("clients", pool.clients() + ", waiting " + pool.waitingClients()),
            List.of("servers", Integer.toString(pool.serverConnections())),
            List.of("accepted", pool.acceptedTotal() + ", refused " + pool.refusedTotal()),
            List.of("transactions", Long.toString(pool.transactionsTotal())),
            List.of("from clients", pool.bytesFromClientsTotal() + " bytes"),
            List.of("to clients", pool.bytesToClientsTotal() + " bytes"),
            List.of("cancels", Long.toString(pool.cancelRequestsTotal()))));
    return ExitCode.DONE;
  }
}
