// The plain Express server that tutorials on server-sent events end with: static files, JSON bodies, an array of clients, and a
// write to each of them. Prints its address when it listens.
const express = require('express');

const app = express();
app.use(express.static(`${__dirname}/public`));
app.use(express.json());

let clients = [];
let messages = 0;

app.get('/events', (request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Connection: 'keep-alive' });
  response.flushHeaders();
  clients.push(response);
  request.on('close', () => {
    clients = clients.filter((client) => client !== response);
  });
});

app.post('/messages', (request, response) => {
  messages += 1;
  const frame = `id: ${messages}\ndata: ${JSON.stringify(request.body)}\n\n`;
  clients.forEach((client) => client.write(frame));
  response.json({ id: messages });
});

app.get('/healthz', (request, response) => {
  response.send('ok');
});

// A backlog like the others', or opening many streams at once would measure that.
const server = app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const { address, port } = server.address();
  console.log(`${address}:${port}`);
});
