package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.HostPort;

/**
 * Says whether the gateway takes mail, and which version of it runs in which mode.
 *
 * @param state {@code verified} if it takes mail, {@code broken} if it says that it does not, otherwise {@code unknown}
 * @param says the state in words
 * @param started what each gateway has recorded about its last start
 */
public record GatewayState(String state, List<String> says, List<Entry> started) {
    /** Asks the gateway, by the health page beside its metrics, and reads its log of changes. */
    static GatewayState now(GatewayConfig config, LogsInView logs) {
        List<Entry> started = started(logs);
        Optional<InetSocketAddress> address = config.metrics().address().filter(each -> each.getPort() != 0);
        if (address.isEmpty()) {
            return unknown(
                    "metrics.address names no port at which the console could ask whether the gateway is ready.",
                    started);
        }
        try {
            return asked(address.get(), started);
        } catch (IOException | URISyntaxException e) {
            return unknown(
                    "The gateway does not answer at " + HostPort.text(address.get())
                            + " (metrics.address): it was stopped, or the console may not go there. " + e.getMessage(),
                    started);
        }
    }

    private static GatewayState asked(InetSocketAddress address, List<Entry> started)
            throws IOException, URISyntaxException {
        URI page = new URI("http://" + HostPort.text(address) + "/ready");
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setInstanceFollowRedirects(false);
        try {
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK) {
                return new GatewayState("verified", List.of("The gateway is ready for mail."), started);
            }
            if (status != HttpURLConnection.HTTP_UNAVAILABLE) {
                return unknown(HostPort.text(address) + " (metrics.address) answers with " + status + ".", started);
            }
            List<String> says = new ArrayList<>(List.of("The gateway is NOT ready for mail:"));
            try (InputStream faults = connection.getErrorStream()) {
                if (faults != null) {
                    new String(faults.readNBytes(MOST_OCTETS), UTF_8).lines().forEach(says::add);
                }
            }
            return new GatewayState("broken", says, started);
        } finally {
            connection.disconnect();
        }
    }

    private static GatewayState unknown(String why, List<Entry> started) {
        return new GatewayState("unknown", List.of(why), started);
    }

    private static List<Entry> started(LogsInView logs) {
        List<Entry> entries = new ArrayList<>();
        try {
            for (Map.Entry<String, EnforcedPolicy> gateway : logs.enforced().entrySet()) {
                gateway.getValue()
                        .started()
                        .ifPresent(line -> entries.add(Entry.of(
                                logs.isFleet() ? gateway.getKey() : "Version",
                                words(line, gateway.getValue().mode()))));
            }
        } catch (IOException e) {
            entries.add(Entry.of("Version", "not known, since the log of changes cannot be read: " + e.getMessage()));
        }
        return entries;
    }

    private static String words(AuditLine line, Optional<String> mode) {
        return line.first("service.version").orElse("not recorded")
                + Times.read(line)
                        .map(time -> ", started " + Times.second(time))
                        .orElse("")
                + mode.map(word -> word.equals("observe")
                                ? ", only observing: mail is relayed as it came"
                                : ", enforcing its policy")
                        .orElse("");
    }

    // The page waits for both, and the gateway is near.
    private static final int CONNECT_MILLIS = 200;
    private static final int READ_MILLIS = 1_000;
    private static final int MOST_OCTETS = 4 << 10;
}
