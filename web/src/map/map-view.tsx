/** The map, filling its parent. */

export function MapView() {
  return <div class="map" data-testid="map" />;
}
