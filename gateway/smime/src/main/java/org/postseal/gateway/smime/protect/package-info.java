/** Header protection (RFC 9788): header fields in the cryptographic payload on the way out, read and put back on the way in. Octets only; knows neither CMS nor SMTP. */
@NullMarked
package org.postseal.gateway.smime.protect;

import org.jspecify.annotations.NullMarked;
