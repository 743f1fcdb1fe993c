package org.postseal.gateway.audit;

import java.io.IOException;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import org.postseal.gateway.audit.CopyConfig.Transport;

/** A syslog server. Over TCP what it did not take is tried again over the next connection. */
record SyslogTarget(CopyConfig config, SSLContext tls, InstantSource clock) implements CopyTarget {
    static SyslogTarget of(CopyConfig config, InstantSource clock) throws IOException {
        return new SyslogTarget(config, SyslogConnection.tls(config), clock);
    }

    @Override
    public String name() {
        return config.server().toString();
    }

    @Override
    public boolean isTriedAgain() {
        return config.transport() != Transport.UDP;
    }

    @Override
    public byte[] message(String log, byte[] line) {
        return new SyslogFrame(config.host(), ProcessHandle.current().pid(), log).message(clock.instant(), line);
    }

    @Override
    public Connection open() throws IOException {
        return SyslogConnection.open(config, tls);
    }
}
