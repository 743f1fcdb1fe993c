package org.postseal.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.outcome.Reason;

/**
 * The gateway with a fault: a look into a message that says {@code poison} ends the process, by SIGKILL if {@code
 * poison.signal} is set. Each time adds a line to {@code poison.tries}.
 */
public final class PoisonedMain {
    private PoisonedMain() {}

    /** Runs {@link org.postseal.gateway.admin.Main} with that fault. */
    public static void main(String[] arguments) {
        Assembly real = new GatewayAssembly();
        Assembly faulty = (Assembly) Proxy.newProxyInstance(
                PoisonedMain.class.getClassLoader(), new Class<?>[] {Assembly.class}, (_, method, given) -> {
                    try {
                        Object made = method.invoke(real, given);
                        return made instanceof MessageReceiver road ? new Faulty(road) : made;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        System.exit(new CommandLineInterface(faulty, Console.system()).execute(arguments));
    }

    private record Faulty(MessageReceiver road) implements MessageReceiver {
        @Override
        public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
            try {
                if (new String(message.toByteArray(), StandardCharsets.ISO_8859_1).contains("poison")) {
                    die();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return road.receive(envelope, message, scope);
        }

        private static void die() throws IOException, InterruptedException {
            Files.writeString(
                    Path.of(System.getProperty("poison.tries")),
                    "tried\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            // Others come onto the road meanwhile, if they may.
            Thread.sleep(300);
            if (Boolean.getBoolean("poison.signal")) {
                int _ = new ProcessBuilder(
                                "kill",
                                "-9",
                                Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
            }
            Runtime.getRuntime().halt(134);
        }

        @Override
        public List<Reply> receiveUnread(Envelope envelope, RawMessage message, Reason reason, boolean mayRedirect) {
            return road.receiveUnread(envelope, message, reason, mayRedirect);
        }

        @Override
        public void told(QueueId queueId) {
            road.told(queueId);
        }
    }
}
