package org.postseal.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.write.AuditLogs;

/**
 * The gateway, which SIGKILL ends while a policy comes into force. If the file {@code kill.kept} beside the log has the
 * policy's SHA-256, this happens when its text is kept and no record names it yet. If {@code kill.recorded} has it,
 * this happens when the record is written and the policy is not in force yet. The first moment is found by the clock,
 * which is read before each record is written.
 */
public final class KilledPolicyMain {
    private KilledPolicyMain() {}

    /** Runs {@link org.postseal.gateway.admin.Main} with that fault. */
    public static void main(String[] arguments) {
        Assembly real = new GatewayAssembly();
        Assembly mortal = (Assembly) Proxy.newProxyInstance(
                KilledPolicyMain.class.getClassLoader(), new Class<?>[] {Assembly.class}, (_, method, given) -> {
                    try {
                        return method.getName().equals("auditLog")
                                ? mortal((AuditConfig) given[0])
                                : method.invoke(real, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        System.exit(new CommandLineInterface(mortal, Console.system()).execute(arguments));
    }

    private static AuditLog mortal(AuditConfig config) throws IOException {
        AuditLog log = AuditLogs.open(config, () -> {
            named(config, "kill.kept").forEach(sha256 -> {
                if (Files.exists(config.evidence().resolve(sha256 + ".yaml"))) {
                    die();
                }
            });
            return Instant.now();
        });
        return (AuditLog) Proxy.newProxyInstance(
                KilledPolicyMain.class.getClassLoader(), new Class<?>[] {AuditLog.class}, (_, method, given) -> {
                    try {
                        Object result = method.invoke(log, given);
                        if (method.getName().equals("append")) {
                            List<?> events = (List<?>) given[0];
                            named(config, "kill.recorded").forEach(sha256 -> {
                                if (events.stream().anyMatch(event -> isOf(event, sha256))) {
                                    die();
                                }
                            });
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean isOf(Object event, String sha256) {
        return event instanceof AuditEvent.PolicyRead read
                && read.text().filter(text -> text.sha256().equals(sha256)).isPresent();
    }

    private static List<String> named(AuditConfig config, String name) {
        Path file = config.file().resolveSibling(name);
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void die() {
        try {
            Process _ = new ProcessBuilder(
                            "kill", "-9", Long.toString(ProcessHandle.current().pid()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (true) {
            LockSupport.park();
        }
    }
}
