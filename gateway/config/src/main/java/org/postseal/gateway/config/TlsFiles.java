package org.postseal.gateway.config;

import java.io.IOException;
import java.nio.file.Path;

/** Opens the files of TLS as the start does, so that {@code check} finds the same faults. */
public interface TlsFiles {
    /** Opens no file, for commands that read a configuration without using it. */
    TlsFiles UNOPENED = new TlsFiles() {
        @Override
        public void requireServer(GatewayConfig.ListenerTls files) {}

        @Override
        public void requireTrust(Path anchors) {}

        @Override
        public void requireClient(NextHopConfig.ClientTls files) {}
    };

    /**
     * Opens the files of a listener.
     *
     * @throws IOException if the listener cannot speak TLS with them; the message says why
     */
    void requireServer(GatewayConfig.ListenerTls files) throws IOException;

    /**
     * Reads trust anchors.
     *
     * @throws IOException if the file does not hold trust anchors; the message says why
     */
    void requireTrust(Path anchors) throws IOException;

    /**
     * Opens the certificate and key for a next hop.
     *
     * @throws IOException if they cannot be shown to a next hop; the message says why
     */
    void requireClient(NextHopConfig.ClientTls files) throws IOException;

    /** Returns the message on one line, and not cut, since the fault stands behind the names of the files. */
    static String reason(IOException unusable) {
        return String.valueOf(unusable.getMessage()).replaceAll("\\p{Cntrl}", "?");
    }
}
