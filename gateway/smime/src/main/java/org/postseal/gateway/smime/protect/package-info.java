/**
 * Protects header fields (RFC 9788): it puts them into the cryptographic payload on the way out, and reads them and
 * puts them back on the way in. It works on octets only, and knows neither CMS nor SMTP.
 */
@NullMarked
package org.postseal.gateway.smime.protect;

import org.jspecify.annotations.NullMarked;
