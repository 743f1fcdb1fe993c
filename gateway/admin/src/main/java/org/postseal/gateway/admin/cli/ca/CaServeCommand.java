package org.postseal.gateway.admin.cli.ca;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.OcspResponder;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.app.logging.LogFormat;
import org.postseal.gateway.app.logging.LogSettings;
import org.postseal.gateway.audit.systemd.ServiceManager;
import org.postseal.gateway.config.HostPort;
import org.postseal.gateway.console.http.HttpListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "serve",
        description = "Serve the files in public/ and answer OCSP requests, over http until SIGTERM; changes nothing.",
        footer = {
            "",
            "It reads public/ alone and needs no key, no database and no passphrase."
                    + " It may run as a user of its own, or on another machine with a copy of the folder.",
            "",
            "  postseal ca serve --address 127.0.0.1:8080",
            "  postseal ca serve --dir /etc/postseal/ca --address 192.0.2.1:80"
        })
final class CaServeCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            defaultValue = "127.0.0.1:8080",
            description = "where it listens; default: ${DEFAULT-VALUE}")
    private InetSocketAddress address = new InetSocketAddress(0);

    CaServeCommand(CaAccess access) {
        this.access = access;
    }

    static final class AddressConverter implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String text) {
            return HostPort.listening(text)
                    .orElseThrow(() -> new TypeConversionException(
                            "must be an IP address with a port such as 127.0.0.1:8080, not '" + text + "'"));
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Path published = access.folder(folder).resolve("public");
        if (!Files.isReadable(published.resolve(CaSettings.ROOT_CERTIFICATE))) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    published + " is not the folder of an authority, or cannot be read",
                    "--dir names the folder that holds public/");
        }
        LogSettings.serving(LogFormat.TEXT);
        BlockingQueue<Signals.Kind> signals = new LinkedBlockingQueue<>();
        Signals.deliverTo(signals);
        try (ServiceManager manager = ServiceManager.fromEnvironment();
                HttpListener listener = start(address, published)) {
            String served = "http://" + HostPort.text(listener.address());
            access.store().out().println("serving " + published + " at " + served);
            manager.ready(served + "/");
            while (signals.take() == Signals.Kind.RELOAD) {
                // Changed files are noticed by themselves.
            }
        }
        return ExitCode.OK;
    }

    static HttpListener start(InetSocketAddress address, Path published) {
        try {
            return HttpListener.start(
                    address,
                    new HttpListener.Settings(
                            "authority",
                            LINE_OCTETS,
                            HEADER_OCTETS,
                            CONNECTIONS,
                            LIFETIME,
                            Optional.empty(),
                            OcspResponder.MAX_REQUEST),
                    new PublishedFiles(published, InstantSource.system()));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, HostPort.text(address) + ": " + e.getMessage());
        }
    }

    /** A request in Base64, each of whose characters may be escaped, is the longest that somebody may ask for. */
    private static final int LINE_OCTETS = 4 * OcspResponder.MAX_REQUEST;

    private static final int HEADER_OCTETS = 8 << 10;
    private static final int CONNECTIONS = 256;
    private static final Duration LIFETIME = Duration.ofSeconds(20);
}
