package org.postseal.certstore.remote.smimea;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * A real name server (BIND) on a free port, with zones of its own in a temporary directory. It follows aliases between
 * the zones. It ends with the test or with the JVM.
 */
public final class Named implements AutoCloseable {
    private final Path directory;
    private final InetSocketAddress address;
    private final Process process;
    private final Thread hook;

    private Named(Path directory, InetSocketAddress address, Process process) {
        this.directory = directory;
        this.address = address;
        this.process = process;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The zones that the server shall have. */
    public static final class Zones {
        private final Path directory;
        private final Map<String, Path> files = new LinkedHashMap<>();

        public Zones(Path directory) {
            this.directory = directory;
        }

        /** Adds a zone without signatures. */
        public void unsigned(String zone, String... records) throws IOException {
            files.put(zone, write(zone, records));
        }

        /** Adds a zone whose file no server can load. */
        void unloadable(String zone) throws IOException {
            files.put(zone, Files.writeString(directory.resolve(zone + "db"), "this is no zone file\n"));
        }

        /**
         * Adds a zone that is signed with a key of its own (ECDSA P-256).
         *
         * @param options options of dnssec-signzone: {@code -3 -} for NSEC3, {@code -s}, {@code -e}
         * @return its DS record
         */
        public String signed(String zone, List<String> options, String... records) throws IOException {
            Path file = write(zone, records);
            String key = run(List.of("dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-f", "KSK", "-n", "ZONE", zone))
                    .strip();
            Files.writeString(file, Files.readString(file) + "$INCLUDE " + directory.resolve(key + ".key") + "\n");
            List<String> command = new ArrayList<>(List.of("dnssec-signzone", "-q", "-z", "-o", zone));
            command.addAll(options);
            command.addAll(List.of("-f", file + ".signed", file.toString(), key));
            run(command);
            files.put(zone, Path.of(file + ".signed"));
            return run(List.of("dnssec-dsfromkey", "-2", key + ".key")).strip();
        }

        /** Changes a zone after it was signed. */
        void tamper(String zone, String from, String to) throws IOException {
            Path file = files.get(zone);
            String text = Files.readString(file);
            if (!text.contains(from)) {
                throw new IllegalStateException("nothing to tamper with");
            }
            Files.writeString(file, text.replace(from, to));
        }

        private Path write(String zone, String... records) throws IOException {
            String below = zone.equals(".") ? "" : zone;
            String text = "$TTL 300\n$ORIGIN " + zone + "\n@ SOA ns." + below + " host." + below
                    + " 1 3600 600 86400 60\n@ NS ns." + below + "\nns." + below + " A 127.0.0.1\n"
                    + String.join("\n", records) + "\n";
            return Files.writeString(directory.resolve(zone + "db"), text);
        }

        private String run(List<String> command) throws IOException {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            try (InputStream out = process.getInputStream()) {
                String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new IOException(command + ": " + text);
                }
                return text;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    /** Starts the server, and returns when it answers. */
    public static Named start(Path directory, Zones zones) throws IOException, InterruptedException {
        int port = freePort();
        StringBuilder config = new StringBuilder("""
                options {
                  directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/session.key";
                  listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; };
                  recursion yes; dnssec-validation no; notify no; querylog yes; max-records-per-type 0;
                };
                controls { };
                """.formatted(directory, port));
        zones.files.forEach(
                (zone, file) -> config.append("zone \"%s\" { type primary; file \"%s\"; };%n".formatted(zone, file)));
        Path configFile = Files.writeString(directory.resolve("named.conf"), config);
        Process process = new ProcessBuilder("named", "-g", "-n", "1", "-c", configFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Named named = new Named(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), process);
        named.awaitAnswer(zones.files.keySet().iterator().next());
        return named;
    }

    public InetSocketAddress address() {
        return address;
    }

    /** Returns the questions of this type so far, as {@code name flags}. The flags contain T for TCP. */
    List<String> questions(String type) throws IOException {
        return Files.readAllLines(directory.resolve("log")).stream()
                .filter(line -> line.contains(" query: ") && line.contains(" IN " + type + " "))
                .map(line -> line.replaceFirst(".* query: (\\S+) IN " + type + " (\\S+).*", "$1 $2"))
                .toList();
    }

    /** Stops the server, which from now on accepts connections and does not answer. */
    void hang() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    @Override
    public void close() {
        resume();
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAnswer(String zone) throws IOException, InterruptedException {
        SimpleResolver probe = new SimpleResolver(address);
        probe.setTCP(true);
        probe.setTimeout(Duration.ofSeconds(1));
        Message query = Message.newQuery(Record.newRecord(Name.fromString(zone), Type.SOA, DClass.IN));
        IOException last = new IOException("not tried");
        for (int i = 0; i < 200; i++) {
            if (!process.isAlive()) {
                break;
            }
            try {
                probe.send(query);
                return;
            } catch (IOException e) {
                last = e;
                Thread.sleep(50);
            }
        }
        close();
        throw new IOException("named does not answer:\n" + Files.readString(directory.resolve("log")), last);
    }

    // Returns a port that is free for datagrams and for connections.
    private static int freePort() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int i = 0; i < 20; i++) {
            try (ServerSocket tcp = new ServerSocket(0, 1, loopback);
                    DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), loopback)) {
                return udp.getLocalPort();
            } catch (java.net.BindException e) {
                // The port is taken for datagrams, so another one is tried.
            }
        }
        throw new IOException("no port is free for both transports");
    }
}
