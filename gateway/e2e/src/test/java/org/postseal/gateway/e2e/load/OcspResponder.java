package org.postseal.gateway.e2e.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.postseal.gateway.testkit.Command;

/** OpenSSL's authority and responder behind our own HTTP server, for certificates that must be asked about. */
final class OcspResponder implements AutoCloseable {
    private final Path folder;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    /**
     * Makes an authority and a certificate for each address, and answers.
     *
     * @param askedAt the port of the responder in the certificates
     */
    OcspResponder(Path folder, int askedAt, List<String> addresses) throws IOException {
        this.folder = folder;
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30");
        StringBuilder index = new StringBuilder();
        for (int i = 0; i < addresses.size(); i++) {
            String serial = Integer.toString(0x1000 + i, 16);
            issue(addresses.get(i), serial, askedAt);
            index.append("V\t401231235959Z\t\t%s\tunknown\t/CN=%s\n".formatted(serial, addresses.get(i)));
        }
        Files.writeString(folder.resolve("index.txt"), index);
        Files.writeString(folder.resolve("index.txt.attr"), "unique_subject = no\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::answer);
        server.setExecutor(executor);
        server.start();
    }

    /** Returns the trust anchor. */
    Path authority() {
        return folder.resolve("ca.pem");
    }

    Path certificate(String address) {
        return folder.resolve(address + ".pem");
    }

    int port() {
        return server.getAddress().getPort();
    }

    // OpenSSL's own server hangs for ever on a connection that sends nothing.
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Files.write(folder.resolve("request.der"), exchange.getRequestBody().readAllBytes());
            openssl(
                    "ocsp",
                    "-index",
                    folder.resolve("index.txt").toString(),
                    "-rsigner",
                    "ca.pem",
                    "-rkey",
                    "ca.key",
                    "-CA",
                    "ca.pem",
                    "-nmin",
                    "60",
                    "-reqin",
                    folder.resolve("request.der").toString(),
                    "-respout",
                    folder.resolve("response.der").toString());
            byte[] response = Files.readAllBytes(folder.resolve("response.der"));
            exchange.getResponseHeaders().set("Content-Type", "application/ocsp-response");
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
        }
    }

    private void issue(String address, String serial, int askedAt) throws IOException {
        Path extensions = Files.writeString(folder.resolve("extensions"), """
                subjectAltName = email:%s
                keyUsage = critical, digitalSignature, keyEncipherment
                extendedKeyUsage = emailProtection
                authorityInfoAccess = OCSP;URI:http://127.0.0.1:%d/
                """.formatted(address, askedAt));
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "user.key", "-out", "user.csr");
        openssl(
                "x509",
                "-req",
                "-in",
                "user.csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-set_serial",
                "0x" + serial,
                "-days",
                "20",
                "-extfile",
                extensions.toString(),
                "-out",
                certificate(address).toString());
    }

    /** Runs openssl in the folder. A request has an arbitrary name. */
    private void openssl(String... words) {
        List<String> all = new java.util.ArrayList<>(List.of("openssl"));
        for (String word : words) {
            boolean isFile = word.matches("(ca|user)\\.\\w+");
            all.add(isFile ? folder.resolve(word).toString() : word);
        }
        if (words[0].equals("req")) {
            all.addAll(List.of("-subj", "/CN=Somebody " + folder.hashCode()));
        }
        byte[] _ = Command.of(all).output();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }
}
