package org.postseal.gateway.assembly;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.source.FileCertificateStore;
import org.postseal.certstore.source.StoreLoad;
import org.postseal.certstore.source.StoreProblem;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.delivery.Delivery;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.RuleSet;
import org.postseal.policy.yaml.Problem;

/** The real parts. */
public final class GatewayAssembly implements Assembly {
    @Override
    public Checked<RuleSet> policy(Path file) {
        String name = file.toString();
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException notText) {
            return new Checked<>(Optional.empty(), List.of(Problem.error(name, 0, "", "is not UTF-8 text")));
        } catch (IOException e) {
            return new Checked<>(
                    Optional.empty(), List.of(Problem.error(name, 0, "", "cannot be read: " + e.getMessage())));
        }
        return switch (RuleSet.read(name, text)) {
            case RuleSet.Loaded(RuleSet rules, List<Problem> warnings) -> new Checked<>(Optional.of(rules), warnings);
            case RuleSet.Broken(List<Problem> problems) -> new Checked<>(Optional.empty(), problems);
        };
    }

    @Override
    public StoreResult store(Path directory) {
        return switch (FileCertificateStore.load(directory)) {
            case StoreLoad.Loaded(FileCertificateStore store) -> new StoreResult.Loaded(store);
            case StoreLoad.Refused(List<StoreProblem> problems) ->
                new StoreResult.Refused(
                        problems.stream().map(StoreProblem::toString).toList());
        };
    }

    @Override
    public MessageReceiver road(Setup setup, Delivery delivery, AuditLog audit) {
        throw new UnsupportedOperationException("seam: Road");
    }

    @Override
    public AuditLog auditLog(Path file) throws IOException {
        throw new UnsupportedOperationException("seam: JsonAuditLog");
    }

    @Override
    public NextHop nextHop(GatewayConfig config) throws IOException {
        throw new UnsupportedOperationException("seam: NettyNextHop");
    }

    @Override
    public Delivery delivery(NextHop nextHop) {
        throw new UnsupportedOperationException("seam: SmtpDelivery");
    }

    @Override
    public MailServer listener(
            GatewayConfig config, GatewayConfig.Listener listener, MessageReceiver receiver, Spool.Factory spools)
            throws IOException {
        throw new UnsupportedOperationException("seam: SubEthaMailServer");
    }
}
