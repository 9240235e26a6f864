import type { Destination } from './destination.ts';
import { ADDRESS_LENGTH, displayText } from './display-text.ts';
import { Icon } from './icon.tsx';

/** What one needs to know of a client whose access goes to an app on the own computer. */
const LOCAL_WARNINGS: Readonly<Record<Destination, string | null>> = {
  website: null,
  'local-port': 'This gives access to an app on your computer, and any app there could be the one asking.',
  'local-app': 'This gives access to an app on your device, and any app there could claim this address.',
};

/**
 * Says what the client's name is worth. A registered one is worth nothing. A domain is proven by the client's
 * id as far as access goes to a website; on the person's own device anyone can use that id.
 */
export function ClientClaim({
  domain,
  destination,
}: {
  domain: string | undefined;
  destination: Destination;
}) {
  if (domain === undefined) return <NameWithoutProof />;
  const isProven = destination === 'website';
  return (
    <p class={isProven ? 'claim verified' : 'claim'}>
      <Icon name={isProven ? 'verified' : 'info'} />
      <span>
        {isProven ? 'Published by' : 'Says it is published by'}{' '}
        <strong>
          <bdi>{displayText(domain, ADDRESS_LENGTH)}</bdi>
        </strong>
      </span>
    </p>
  );
}

function NameWithoutProof() {
  return (
    <p class="claim">
      <Icon name="info" />
      <span>The app chose this name itself. It is not verified.</span>
    </p>
  );
}

/** Warns of a client on the person's own device (MCP, security best practices: localhost redirects). */
export function LocalWarning({ destination }: { destination: Destination }) {
  const warning = LOCAL_WARNINGS[destination];
  if (warning === null) return null;
  return (
    <p class="note">
      <Icon name="warning" />
      <span>
        <strong>{warning}</strong> Continue only if you have just started to connect it yourself.
      </span>
    </p>
  );
}
