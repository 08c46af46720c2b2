extension SecretRule {
    /// The rules that ``Redactor/standard`` applies. Where two find the same text, the earlier one names it.
    ///
    /// A new kind of key is a new line here, with a line in `RedactorTests`.
    static let standard: [SecretRule] = [
        SecretRule(id: "private-key", shape: .privateKey),

        // Model providers.
        token("anthropic-key", ["sk-ant-"], .wordAndHyphen, 20...unbounded),
        token("openai-key", ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"], .wordAndHyphen, 20...unbounded),
        token("openrouter-key", ["sk-or-v1-", "sk-or-"], .wordAndHyphen, 32...unbounded),
        token("openai-key", ["sk-"], .wordAndHyphen, 20...unbounded, proof: .random),
        token("openai-session", ["sess-"], .alphanumeric, 40...unbounded),
        token("huggingface-token", ["hf_", "api_org_"], .alphanumeric, 30...unbounded),
        token("groq-key", ["gsk_"], .alphanumeric, 40...unbounded),
        token("xai-key", ["xai-"], .alphanumeric, 60...unbounded),
        token("perplexity-key", ["pplx-"], .alphanumeric, 40...unbounded),
        token("replicate-token", ["r8_"], .alphanumeric, 36...unbounded),
        token("tavily-key", ["tvly-"], .wordAndHyphen, 28...unbounded, proof: .random),
        token("nvidia-key", ["nvapi-"], .wordAndHyphen, 60...unbounded),

        // Source forges and package registries.
        token("github-token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], .word, 36...unbounded),
        token("github-token", ["github_pat_"], .word, 40...unbounded),
        token(
            "gitlab-token",
            ["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-", "glft-", "glimt-", "glagent-"],
            .dotted,
            20...unbounded
        ),
        token("npm-token", ["npm_"], .alphanumeric, 36...unbounded),
        token("pypi-token", ["pypi-"], .wordAndHyphen, 50...unbounded),
        token("rubygems-key", ["rubygems_"], .hex, 48...48),
        token("docker-token", ["dckr_pat_", "dckr_oat_"], .wordAndHyphen, 27...unbounded),

        // Clouds and services.
        token("aws-access-key-id", ["AKIA", "ASIA", "ABIA", "ACCA"], .upperAndDigits, 16...16),
        token("google-api-key", ["AIza"], .wordAndHyphen, 35...35),
        token("google-oauth", ["GOCSPX-"], .wordAndHyphen, 28...28),
        token("google-oauth", ["ya29."], .wordAndHyphen, 30...unbounded),
        token("stripe-key", ["sk_live_", "rk_live_", "sk_test_", "rk_test_"], .alphanumeric, 20...unbounded),
        token("stripe-webhook-secret", ["whsec_"], .base64, 32...unbounded),
        token(
            "slack-token",
            ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxc-", "xoxd-", "xapp-"],
            .wordAndHyphen,
            20...unbounded,
            proof: .digit
        ),
        token("slack-webhook", ["hooks.slack.com/services/"], ByteSet("a-zA-Z0-9/"), 40...unbounded),
        token("discord-webhook", ["discord.com/api/webhooks/"], ByteSet("a-zA-Z0-9_/-"), 60...unbounded),
        token("sendgrid-key", ["SG."], .dotted, 60...unbounded),
        token("digitalocean-token", ["dop_v1_", "doo_v1_", "dor_v1_"], .hex, 64...64),
        token("databricks-token", ["dapi"], .hex, 32...32),
        token("vault-token", ["hvs.", "hvb.", "hvr."], .wordAndHyphen, 24...unbounded, proof: .digit),
        token("linear-key", ["lin_api_", "lin_oauth_"], .alphanumeric, 32...unbounded),
        token("notion-token", ["ntn_"], .alphanumeric, 40...unbounded),
        token("shopify-token", ["shpat_", "shpca_", "shppa_", "shpss_"], .hex, 32...32),
        token("grafana-token", ["glsa_", "glc_"], ByteSet("a-zA-Z0-9_+/="), 32...unbounded),
        token("sentry-token", ["sntrys_", "sntryu_"], ByteSet("a-zA-Z0-9_+/="), 40...unbounded),
        token("postman-key", ["PMAK-"], .wordAndHyphen, 50...unbounded),
        token("age-secret-key", ["AGE-SECRET-KEY-1"], .upperAndDigits, 58...58),

        SecretRule(id: "jwt", shape: .jsonWebToken),
        SecretRule(id: "authorization", shape: .authorization),
        SecretRule(id: "url-password", shape: .urlPassword),
        SecretRule(
            id: "assignment",
            shape: .assignment(names: [
                "password", "passwd", "passphrase", "pwd", "secret", "secretkey", "apikey", "accesskey", "authkey",
                "privatekey", "signingkey", "encryptionkey", "masterkey", "servicekey", "token", "credential",
                "credentials", "cookie",
            ])
        ),
    ]
}
