package org.postseal.gateway.config;

import java.io.IOException;
import java.nio.file.Path;

/** Opens the files of TLS as start does, so that {@code check} finds what start would. */
public interface TlsFiles {
    /** Takes every file: for whoever reads a configuration without using it. */
    TlsFiles UNOPENED = new TlsFiles() {
        @Override
        public void requireServer(GatewayConfig.ListenerTls files) {}

        @Override
        public void requireTrust(Path anchors) {}

        @Override
        public void requireClient(NextHopConfig.ClientTls files) {}
    };

    /**
     * A listener can speak TLS with them.
     *
     * @throws IOException saying why not
     */
    void requireServer(GatewayConfig.ListenerTls files) throws IOException;

    /**
     * They are trust anchors for the next hop.
     *
     * @throws IOException saying why not
     */
    void requireTrust(Path anchors) throws IOException;

    /**
     * They can be shown to a next hop.
     *
     * @throws IOException saying why not
     */
    void requireClient(NextHopConfig.ClientTls files) throws IOException;

    /** On one line and whole: what is wrong stands behind the names of the files. */
    static String reason(IOException unusable) {
        return String.valueOf(unusable.getMessage()).replaceAll("\\p{Cntrl}", "?");
    }
}
