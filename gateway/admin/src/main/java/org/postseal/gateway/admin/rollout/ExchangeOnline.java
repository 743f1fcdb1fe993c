package org.postseal.gateway.admin.rollout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A detour of Exchange Online through the gateway: MX stays with Microsoft, transport rules send what has to be looked at to the gateway, which hands it back. Everything that the tenant needs for it, as scripts for an administrator to read and
 * run, and the gateway's side as YAML.
 *
 * <p>All tenants come from the same addresses and show the same certificate. So each rule writes a secret value into a field before it sends a message here, another one for each direction ({@code tenantTokens} of the listener), and the
 * gateway writes another field into what it hands back, by which the rules leave it alone ({@code loops.exchangeHeader}). The last rule takes that field off.
 */
public final class ExchangeOnline {
    private final Tenant tenant;

    /** @throws IllegalArgumentException when a name or value cannot stand in a script or a header field */
    public ExchangeOnline(Tenant tenant) {
        this.tenant = tenant;
    }

    /**
     * What is particular to one tenant.
     *
     * @param gateway name of the gateway: of its address in the DNS and of its TLS certificate
     * @param mailHost where the tenant takes mail, {@code TENANT.mail.protection.outlook.com}
     * @param token field that the rules write
     * @param submission its value on mail that leaves; no such rule when empty
     * @param inbound its value on mail that comes; no such rule when empty
     * @param done field and value that the gateway writes
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

        // not told: it is a secret
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

    /** Connectors, rules, and what else the tenant needs, in the order in which they are run; {@code remove.ps1} undoes it. */
    public List<RolloutFile> scripts() {
        List<RolloutFile> files = new ArrayList<>();
        files.add(RolloutFile.of("connectors.ps1", connectors()));
        files.add(new RolloutFile("rules.ps1", rules(), true));
        files.add(RolloutFile.of("tnef.ps1", tnef(SHELL)));
        tenant.arcSealer().ifPresent(domain -> files.add(RolloutFile.of("arc.ps1", arc(domain))));
        files.add(RolloutFile.of("remove.ps1", removal()));
        return files;
    }

    /** {@code README.md}: what each file is for, in the order in which they are run. */
    public RolloutFile page(List<RolloutFile> files) {
        return BundlePage.of(
                "Exchange Online through the gateway " + tenant.gateway(),
                "Mail that leaves, and S/MIME that comes, takes a detour: a transport rule sends it to the gateway, which hands it back to "
                        + tenant.mailHost() + ".",
                files);
    }

    private byte[] connectors() {
        Map<String, Object> there = new LinkedHashMap<>();
        there.put("ConnectorType", "OnPremises");
        there.put("IsTransportRuleScoped", true);
        there.put("UseMXRecord", false);
        there.put("SmartHosts", List.of(tenant.gateway()));
        there.put("TlsSettings", "DomainValidation");
        there.put("TlsDomain", tenant.gateway());
        there.put("CloudServicesMailEnabled", false);
        there.put("Enabled", true);
        Map<String, Object> back = new LinkedHashMap<>();
        back.put("ConnectorType", "OnPremises");
        back.put("SenderDomains", List.of("*"));
        back.put("RequireTls", true);
        back.put("TlsSenderCertificateName", tenant.gateway());
        back.put("EFSkipLastIP", true);
        back.put("CloudServicesMailEnabled", false);
        back.put("Enabled", true);
        return script("The way to the gateway and back. Its certificate must name " + tenant.gateway()
                        + ", and it shows it with the whole chain.")
                .line("")
                .comment("Used by the rules only. TLS, and the certificate of this very name.")
                .ensure("OutboundConnector", OUTBOUND, there)
                .line("")
                .comment(
                        "Taken back by the certificate that the gateway shows. EFSkipLastIP: SPF, DKIM and DMARC are judged by who was before the gateway.")
                .ensure("InboundConnector", INBOUND, back)
                .file();
    }

    private byte[] rules() {
        PowerShell script = script(
                        "Which mail takes the way through the gateway. Holds secrets: keep it to yourself, and delete it when it has been run.")
                .comment(
                        "Rules that change text (disclaimers) have to come before these: new rules are the last, and stay where you move them.")
                .comment(
                        "A change needs up to 30 minutes to take effect. A rule that fails puts the message off; it does not let it pass.");
        if (tenant.submission().isPresent()) {
            Map<String, Object> rule = new LinkedHashMap<>();
            rule.put("FromScope", "InOrganization");
            rule.put("SentToScope", "NotInOrganization");
            rule.put("From", Optional.empty());
            rule.put("ExceptIfMessageTypeMatches", "PermissionControlled");
            rule.put("ExceptIfHeaderMatchesMessageHeader", "X-MS-Exchange-Organization-AuthAs");
            rule.put("ExceptIfHeaderMatchesPatterns", List.of("^Anonymous$"));
            script.line("")
                    .comment(
                            "What leaves, unless it comes from the gateway, is protected by rights management, or nobody has logged in to send it.")
                    .comment(
                            "Begin with one user: put @('you@example.com') in place of $null behind From, and $null again for all.")
                    .ensureRule(OUTBOUND_RULE, sent(rule, tenant.submission().get()));
        }
        if (tenant.inbound().isPresent()) {
            Map<String, Object> rule = new LinkedHashMap<>();
            rule.put("FromScope", "NotInOrganization");
            rule.put("SentToScope", "InOrganization");
            rule.put("HeaderContainsMessageHeader", "Content-Type");
            rule.put("HeaderContainsWords", SMIME_TYPES);
            rule.put("ExceptIfSCLOver", SPAM);
            script.line("")
                    .comment("What comes and is S/MIME, unless it comes from the gateway or is spam.")
                    .comment(
                            "Opaque S/MIME under the name of application/octet-stream goes past it; add that word to see such mail too, with all other attachments.")
                    .ensureRule(INBOUND_RULE, sent(rule, tenant.inbound().get()));
        }
        Map<String, Object> last = new LinkedHashMap<>();
        last.put("HeaderContainsMessageHeader", tenant.done().name());
        last.put("HeaderContainsWords", List.of(tenant.done().value()));
        last.put("RemoveHeader", tenant.done().name());
        last.put("RuleErrorAction", "Defer");
        last.put("Mode", "Enforce");
        return script.line("")
                .comment(
                        "What comes from the gateway goes on without its mark: nobody is to read the value and write it himself.")
                .ensureRule(LAST_RULE, last)
                .file();
    }

    private Map<String, Object> sent(Map<String, Object> rule, String token) {
        rule.put("ExceptIfHeaderContainsMessageHeader", tenant.done().name());
        rule.put("ExceptIfHeaderContainsWords", List.of(tenant.done().value()));
        rule.put("SetHeaderName", tenant.token());
        rule.put("SetHeaderValue", token);
        rule.put("RouteMessageOutboundConnector", OUTBOUND);
        rule.put("StopRuleProcessing", true);
        rule.put("RuleErrorAction", "Defer");
        rule.put("Mode", "Enforce");
        return rule;
    }

    static byte[] tnef(String shell) {
        return script("TNEF (winmail.dat) cannot be signed or encrypted to anybody's use.", shell)
                .line("")
                .settings(Map.of("TNEFEnabled", false))
                .line("Set-RemoteDomain -Identity 'Default' @settings" + PowerShell.STOP)
                .file();
    }

    private static byte[] arc(String domain) {
        String literal = PowerShell.literal(domain);
        return script(
                        "Mail that the gateway has opened no longer has a DKIM signature that holds. The MTA beside it seals what it found before (ARC); this tenant believes the seal.")
                .line("")
                .line(
                        "$sealers = @(\"$((Get-ArcConfig -ErrorAction Stop).ArcTrustedSealers)\" -split '[,\\s]+' | Where-Object { $_ })")
                .line("if ($sealers -notcontains " + literal + ") {")
                .line("    Set-ArcConfig -Identity 'Default' -ArcTrustedSealers ($sealers + " + literal + ")"
                        + PowerShell.STOP)
                .line("}")
                .file();
    }

    private static byte[] removal() {
        return script(
                        "Takes the way through the gateway out again: first the rules, then the connectors. TNEF and ARC stay as they are.")
                .line("")
                .absent("TransportRule", OUTBOUND_RULE)
                .absent("TransportRule", INBOUND_RULE)
                .absent("TransportRule", LAST_RULE)
                .absent("OutboundConnector", OUTBOUND)
                .absent("InboundConnector", INBOUND)
                .file();
    }

    private static PowerShell script(String what) {
        return script(what, SHELL);
    }

    static PowerShell script(String what, String shell) {
        return new PowerShell()
                .comment(what)
                .comment(shell + " Can be run again.")
                .line("$ErrorActionPreference = 'Stop'");
    }

    private static final String SHELL = "For Exchange Online PowerShell, after Connect-ExchangeOnline.";
    private static final String OUTBOUND = "To Postseal";
    private static final String INBOUND = "From Postseal";
    private static final String OUTBOUND_RULE = "Postseal: what leaves";
    private static final String INBOUND_RULE = "Postseal: S/MIME that comes";
    private static final String LAST_RULE = "Postseal: take the mark off";
    private static final List<String> SMIME_TYPES =
            List.of("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/signed");
    /** Of Microsoft's spam confidence level, -1 to 9; from 5 it is junk. */
    private static final int SPAM = 5;
}
