package org.postseal.gateway.admin.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A detour of Exchange Online through the gateway. MX stays with Microsoft; transport rules send the mail that has to
 * be looked at to the gateway, which hands it back. The tenant's side is scripts for an administrator to read and run,
 * and the gateway's side is YAML.
 *
 * <p>All tenants come from the same addresses and show the same certificate. So each rule writes a secret value into a
 * header field before it sends a message to the gateway, and each direction has a value of its own ({@code
 * tenantTokens} of the listener). The gateway writes another field into what it hands back ({@code
 * loops.exchangeHeader}): the rules pass over mail that has it, and the last rule takes it off.
 */
public final class ExchangeOnline {
    private final Tenant tenant;

    /** @throws IllegalArgumentException when a name or value cannot stand in a script or a header field */
    public ExchangeOnline(Tenant tenant) {
        this.tenant = tenant;
    }

    /**
     * Names and secrets by which a tenant and the gateway know each other.
     *
     * @param gateway the name of the gateway in the DNS and in its TLS certificate
     * @param mailHost the host that takes mail for the tenant, {@code TENANT.mail.protection.outlook.com}
     * @param token the name of the header field that the rules write
     * @param submission the field's value on mail that leaves; if empty, there is no rule for such mail
     * @param inbound the field's value on mail that comes in; if empty, there is no rule for such mail
     * @param done the field and value that the gateway writes
     * @param arcSealer the {@code d=} of the ARC seals that the MTA before or behind the gateway makes
     */
    public record Tenant(
            String gateway,
            String mailHost,
            String token,
            Optional<String> submission,
            Optional<String> inbound,
            Field done,
            Optional<String> arcSealer) {
        public Tenant {
            HostNames.require(gateway);
            HostNames.require(mailHost);
            arcSealer.ifPresent(HostNames::require);
            requireField(token);
            submission.ifPresent(Tenant::requireWord);
            inbound.ifPresent(Tenant::requireWord);
            requireField(done.name());
            requireWord(done.value());
        }

        @Override
        public String toString() {
            return "tenant at " + mailHost;
        }

        private static void requireField(String text) {
            require(text.matches("[Xx]-[A-Za-z0-9-]{1,60}"), "no field name that begins with X-", text);
        }

        // The message does not show the text, since it is a secret
        private static void requireWord(String text) {
            require(
                    text.matches("[A-Za-z0-9._~+/=-]{16,128}"),
                    "no secret of 16 to 128 letters, digits and -._~+/=",
                    "it");
        }

        private static void require(boolean fact, String otherwise, String text) {
            if (!fact) {
                throw new IllegalArgumentException(otherwise + ": " + text.replaceAll("\\p{Cntrl}", " "));
            }
        }
    }

    /** A header field with a secret value. */
    public record Field(String name, String value) {
        @Override
        public String toString() {
            return name + ": [redacted]";
        }
    }

    /** Returns the scripts in the order in which they are run; {@code remove.ps1} undoes the others. */
    public List<RolloutFile> scripts() {
        List<RolloutFile> files = new ArrayList<>();
        files.add(RolloutFile.script("connectors.ps1", to -> JteonlineconnectorsGenerated.render(to, null, tenant)));
        files.add(new RolloutFile(
                "rules.ps1", PowerShell.file(to -> JteonlinerulesGenerated.render(to, null, tenant)), true));
        files.add(RolloutFile.script("tnef.ps1", to -> JtetnefGenerated.render(to, null, SHELL)));
        tenant.arcSealer()
                .map(domain -> RolloutFile.script("arc.ps1", to -> JteonlinearcGenerated.render(to, null, domain)))
                .ifPresent(files::add);
        files.add(RolloutFile.script("remove.ps1", to -> JteonlineremoveGenerated.render(to, null)));
        return files;
    }

    /** Returns {@code README.md}, which says what each file is for, in the order in which they are run. */
    public RolloutFile page(List<RolloutFile> files) {
        return BundlePage.of(
                "Exchange Online through the gateway " + tenant.gateway(),
                "Mail that leaves, and S/MIME that comes, takes a detour:"
                        + " a transport rule sends it to the gateway, which hands it back to "
                        + tenant.mailHost() + ".",
                files);
    }

    private static final String SHELL = "For Exchange Online PowerShell, after Connect-ExchangeOnline.";
}
